#include "onednn_peer.hpp"

#include <dnnl.hpp>

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <vector>

namespace peer {
namespace {

using dnnl::memory;
using Dims = memory::dims;

memory::desc in_any_layout(const Dims& dims) { return {dims, memory::data_type::f32, memory::format_tag::any}; }
memory::desc vector_of(memory::dim size) { return {{size}, memory::data_type::f32, memory::format_tag::a}; }

}  // namespace

/// The primitives of a step in their order. Each layer that is added forward leaves what adds it backward.
class OneDnnCnn::State {
 public:
  explicit State(bool batch_norm) {
    constexpr memory::dim batch = 64;
    memory x = array({{batch, 1, 28, 28}, memory::data_type::f32, memory::format_tag::nchw});
    for (const memory::dim channels : {32, 64, 64}) {
      if (!backwards_.empty()) x = pool(x);
      x = convolve(x, channels);
      if (batch_norm) x = normalise(x);
    }
    x = multiply(x, 64, true);
    if (batch_norm) x = normalise(x);
    x = multiply(x, 10, false);
    memory g = array(x.get_desc());
    for (auto backward = backwards_.rbegin(); backward != backwards_.rend(); ++backward) g = (*backward)(g);
  }

  void step() {
    for (const Call& call : calls_) call.primitive.execute(stream_, call.arguments);
    stream_.wait();
  }

 private:
  using Arguments = std::unordered_map<int, memory>;
  struct Call {
    dnnl::primitive primitive;
    Arguments arguments;
  };

  memory array(const memory::desc& desc) {
    memory result(desc, engine_);
    std::fill_n(static_cast<char*>(result.get_data_handle()), desc.get_size(), 0);
    if (desc.data_type() == memory::data_type::f32) {
      float value = 0.001F;
      for (std::size_t k = 0; k<desc.get_size() / sizeof(float); ++k, value = value> 1.0F ? 0.001F : value * 1.01F)
        static_cast<float*>(result.get_data_handle())[k] = value;
    }
    return result;
  }

  /// The array in the layout that a primitive wants.
  memory laid_out(const memory& x, const memory::desc& desc) {
    if (x.get_desc() == desc) return x;
    const memory to = array(desc);
    calls_.push_back({dnnl::reorder(x, to), {{DNNL_ARG_FROM, x}, {DNNL_ARG_TO, to}}});
    return to;
  }

  static dnnl::primitive_attr with_relu(bool relu) {
    dnnl::primitive_attr attributes;
    dnnl::post_ops after;
    if (relu) after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
    attributes.set_post_ops(after);
    return attributes;
  }

  memory relu_backward(const memory& y, const memory& g) {
    const auto kind = dnnl::algorithm::eltwise_relu_use_dst_for_bwd;
    const dnnl::eltwise_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, kind, y.get_desc(), 0.0F, 0.0F}, engine_);
    const dnnl::eltwise_backward::primitive_desc backward({kind, y.get_desc(), y.get_desc(), 0.0F, 0.0F}, engine_,
                                                          forward);
    const memory laid = laid_out(g, y.get_desc()), result = array(y.get_desc());
    calls_.push_back({dnnl::eltwise_backward(backward),
                      {{DNNL_ARG_DST, y}, {DNNL_ARG_DIFF_DST, laid}, {DNNL_ARG_DIFF_SRC, result}}});
    return result;
  }

  memory convolve(const memory& x, memory::dim channels) {
    const auto kind = dnnl::algorithm::convolution_direct;
    const Dims in = x.get_desc().dims(), out{in[0], channels, in[2] - 2, in[3] - 2}, weights{channels, in[1], 3, 3};
    const Dims one{1, 1}, none{0, 0};
    const bool is_first = backwards_.empty();
    const dnnl::convolution_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, kind, in_any_layout(in), in_any_layout(weights), vector_of(channels),
         in_any_layout(out), one, none, none},
        with_relu(true), engine_);
    const memory from = laid_out(x, forward.src_desc()), y = array(forward.dst_desc());
    calls_.push_back({dnnl::convolution_forward(forward),
                      {{DNNL_ARG_SRC, from},
                       {DNNL_ARG_WEIGHTS, array(forward.weights_desc())},
                       {DNNL_ARG_BIAS, array(forward.bias_desc())},
                       {DNNL_ARG_DST, y}}});
    backwards_.push_back([=, this](const memory& after) {
      const memory g = relu_backward(y, after);
      const dnnl::convolution_backward_weights::primitive_desc of_weights(
          {kind, in_any_layout(in), in_any_layout(weights), vector_of(channels), in_any_layout(out), one, none, none},
          engine_, forward);
      calls_.push_back({dnnl::convolution_backward_weights(of_weights),
                        {{DNNL_ARG_SRC, laid_out(from, of_weights.src_desc())},
                         {DNNL_ARG_DIFF_DST, laid_out(g, of_weights.diff_dst_desc())},
                         {DNNL_ARG_DIFF_WEIGHTS, array(of_weights.diff_weights_desc())},
                         {DNNL_ARG_DIFF_BIAS, array(of_weights.diff_bias_desc())}}});
      if (is_first) return g;
      const dnnl::convolution_backward_data::primitive_desc of_data(
          {kind, in_any_layout(in), in_any_layout(weights), in_any_layout(out), one, none, none}, engine_, forward);
      const memory dx = array(of_data.diff_src_desc());
      calls_.push_back({dnnl::convolution_backward_data(of_data),
                        {{DNNL_ARG_DIFF_DST, laid_out(g, of_data.diff_dst_desc())},
                         {DNNL_ARG_WEIGHTS, array(of_data.weights_desc())},
                         {DNNL_ARG_DIFF_SRC, dx}}});
      return dx;
    });
    return y;
  }

  memory normalise(const memory& x) {
    const auto flags = dnnl::normalization_flags::use_scale_shift;
    const memory::desc desc = x.get_desc();
    const dnnl::batch_normalization_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, desc, 1e-3F, flags}, engine_);
    const memory y = array(desc), mean = array(forward.mean_desc()), variance = array(forward.variance_desc()),
                 weights = array(forward.weights_desc());
    calls_.push_back({dnnl::batch_normalization_forward(forward),
                      {{DNNL_ARG_SRC, x},
                       {DNNL_ARG_SCALE_SHIFT, weights},
                       {DNNL_ARG_MEAN, mean},
                       {DNNL_ARG_VARIANCE, variance},
                       {DNNL_ARG_DST, y}}});
    backwards_.push_back([=, this](const memory& g) {
      const dnnl::batch_normalization_backward::primitive_desc backward(
          {dnnl::prop_kind::backward, desc, desc, 1e-3F, flags}, engine_, forward);
      const memory dx = array(desc);
      calls_.push_back({dnnl::batch_normalization_backward(backward),
                        {{DNNL_ARG_SRC, x},
                         {DNNL_ARG_SCALE_SHIFT, weights},
                         {DNNL_ARG_MEAN, mean},
                         {DNNL_ARG_VARIANCE, variance},
                         {DNNL_ARG_DIFF_DST, laid_out(g, desc)},
                         {DNNL_ARG_DIFF_SRC, dx},
                         {DNNL_ARG_DIFF_SCALE_SHIFT, array(backward.diff_weights_desc())}}});
      return dx;
    });
    return y;
  }

  memory pool(const memory& x) {
    const auto kind = dnnl::algorithm::pooling_max;
    const Dims in = x.get_desc().dims(), out{in[0], in[1], in[2] / 2, in[3] / 2}, two{2, 2}, none{0, 0};
    const dnnl::pooling_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, kind, x.get_desc(), in_any_layout(out), two, two, none, none}, engine_);
    const memory y = array(forward.dst_desc()), places = array(forward.workspace_desc());
    calls_.push_back(
        {dnnl::pooling_forward(forward), {{DNNL_ARG_SRC, x}, {DNNL_ARG_DST, y}, {DNNL_ARG_WORKSPACE, places}}});
    backwards_.push_back([=, this](const memory& g) {
      const dnnl::pooling_backward::primitive_desc backward({kind, x.get_desc(), y.get_desc(), two, two, none, none},
                                                            engine_, forward);
      const memory dx = array(x.get_desc());
      calls_.push_back(
          {dnnl::pooling_backward(backward),
           {{DNNL_ARG_DIFF_DST, laid_out(g, y.get_desc())}, {DNNL_ARG_WORKSPACE, places}, {DNNL_ARG_DIFF_SRC, dx}}});
      return dx;
    });
    return y;
  }

  memory multiply(const memory& x, memory::dim outputs, bool relu) {
    const Dims in = x.get_desc().dims(), out{in[0], outputs};
    Dims weights = in;
    weights[0] = outputs;
    const dnnl::inner_product_forward::primitive_desc forward({dnnl::prop_kind::forward_training,
                                                               x.get_desc(),
                                                               in_any_layout(weights),
                                                               vector_of(outputs),
                                                               {out, memory::data_type::f32, memory::format_tag::nc}},
                                                              with_relu(relu), engine_);
    const memory y = array(forward.dst_desc());
    calls_.push_back({dnnl::inner_product_forward(forward),
                      {{DNNL_ARG_SRC, x},
                       {DNNL_ARG_WEIGHTS, array(forward.weights_desc())},
                       {DNNL_ARG_BIAS, array(forward.bias_desc())},
                       {DNNL_ARG_DST, y}}});
    backwards_.push_back([=, this](const memory& after) {
      const memory g = relu ? relu_backward(y, after) : after;
      const dnnl::inner_product_backward_weights::primitive_desc of_weights(
          {x.get_desc(), in_any_layout(weights), vector_of(outputs), y.get_desc()}, engine_, forward);
      calls_.push_back({dnnl::inner_product_backward_weights(of_weights),
                        {{DNNL_ARG_SRC, x},
                         {DNNL_ARG_DIFF_DST, g},
                         {DNNL_ARG_DIFF_WEIGHTS, array(of_weights.diff_weights_desc())},
                         {DNNL_ARG_DIFF_BIAS, array(of_weights.diff_bias_desc())}}});
      const dnnl::inner_product_backward_data::primitive_desc of_data(
          {x.get_desc(), in_any_layout(weights), y.get_desc()}, engine_, forward);
      const memory dx = array(x.get_desc());
      calls_.push_back(
          {dnnl::inner_product_backward_data(of_data),
           {{DNNL_ARG_DIFF_DST, g}, {DNNL_ARG_WEIGHTS, array(of_data.weights_desc())}, {DNNL_ARG_DIFF_SRC, dx}}});
      return dx;
    });
    return y;
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  std::vector<Call> calls_;
  std::vector<std::function<memory(const memory& g)>> backwards_;
};

OneDnnCnn::OneDnnCnn(bool batch_norm) : state_(std::make_unique<State>(batch_norm)) {}
OneDnnCnn::~OneDnnCnn() = default;
void OneDnnCnn::step() { state_->step(); }

}  // namespace peer
