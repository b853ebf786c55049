#pragma once

#include <autograd/kernel/folds.hpp>
#include <autograd/kernel/loop_nest.hpp>
#include <autograd/kernel/run.hpp>

#include <vector>

namespace wengert::kernel {

template <class T>
struct Input {
  const T* data;
  const Shape* shape;
};

/// Where one result of a sweep goes. An array that is smaller than the space receives the sum over its broadcast axes.
template <class T>
struct Output {
  T* data = nullptr;             ///< null if nobody wants this result
  const Shape* shape = nullptr;  ///< broadcasts to the space
  bool add = false;              ///< adds to what is there instead of overwriting it
  double divisor = 1.0;          ///< sums are divided by it
};

/// One pass over a space: calls `body` with a lane of every input, for every element, and stores or sums its results.
/// The loops are arranged so that the innermost one, a `run`, meets as many operands as possible that do not change. No
/// output may overlap an input: the last elements of a run are computed together with some before them, once more.
template <class T, class Arch, std::size_t I, std::size_t O>
class Sweep {
 public:
  Sweep(const Shape& space, const std::array<Input<T>, I>& inputs, const std::array<Output<T>, O>& outputs)
      : outputs_(outputs), nest_(space, shapes(inputs, outputs)), empty_(element_count(space) == 0) {
    for (std::size_t i = 0; i < I; ++i) inputs_[i] = inputs[i].data;
    for (std::size_t o = 0; o < O; ++o) {
      summed_[o] = outputs[o].data != nullptr && (empty_ || nest_.is_broadcast(I + o));
      if (summed_[o]) totals_[o].resize(element_count(*outputs[o].shape));
    }
    choose_run();
  }

  /// Calls `body` with the fast form if it fits these arrays, with a more general one otherwise.
  template <class Sum, class Fast, class Body>
  void operator()(const Body& body) {
    const std::array<Kernel<Sum>, 3> kernels{kernel<Sum, Fast, Body>(),
                                             kernel<Sum, Form<I, O == 1 ? Fast::stored : all_stored<O>>, Body>(),
                                             kernel<Sum, Form<I, all_stored<O>>, Body>()};
    if (!empty_) sweep(*std::find_if(kernels.begin(), kernels.end(), [&](const auto& k) { return fits(k); }), &body);
    for (std::size_t o = 0; o < O; ++o) {
      if (summed_[o]) write_totals(o);
    }
  }

 private:
  using L = Lane<T, Arch>;
  using Offsets = std::array<std::ptrdiff_t, I + O>;
  static constexpr std::ptrdiff_t width = L::width;
  static constexpr std::ptrdiff_t longest_run = 128;

  /// A run compiled for one formula in one form. Only this is compiled anew for every formula.
  template <class Sum>
  struct Kernel {
    std::size_t moving;
    unsigned stored;
    std::array<Sum, O> (*execute)(const void* body, const Run<T, I, O>& run);

    bool stores(std::size_t o) const { return ((stored >> o) & 1u) != 0; }
  };

  template <class Sum, class Form, class Body>
  static Kernel<Sum> kernel() {
    return {Form::moving, Form::stored, &execute<Sum, L, Form, Body, T, I, O>};
  }

  static std::array<const Shape*, I + O> shapes(const std::array<Input<T>, I>& inputs,
                                                const std::array<Output<T>, O>& outputs) {
    std::array<const Shape*, I + O> result;
    for (std::size_t i = 0; i < I; ++i) result[i] = inputs[i].shape;
    for (std::size_t o = 0; o < O; ++o) result[I + o] = outputs[o].shape;
    return result;
  }

  /// The run goes along the last loop, or along the one before it where that keeps more operands unchanged.
  void choose_run() {
    lane_loop_ = nest_.depth() - 1;
    run_loop_ = lane_loop_;
    if (nest_.depth() >= 2 && nest_.extent(lane_loop_ - 1) >= 4) {
      for (std::size_t array = 0; array < I + O; ++array) {
        const bool repeats = nest_.stride(lane_loop_, array) == 1 && nest_.stride(lane_loop_ - 1, array) == 0;
        if (repeats) run_loop_ = lane_loop_ - 1;
      }
    }
    along_lanes_ = run_loop_ == lane_loop_;
    for (std::size_t array = 0; array < I + O; ++array) {
      lane_stride_[array] = nest_.stride(lane_loop_, array);
      run_stride_[array] = nest_.stride(run_loop_, array) * (along_lanes_ ? width : 1);
    }
  }

  template <class Sum>
  bool fits(const Kernel<Sum>& kernel) const {
    for (std::size_t i = kernel.moving; i < I; ++i) {
      if (run_stride_[i] != 0) return false;
    }
    for (std::size_t o = 0; o < O; ++o) {
      const bool sums_one_place = summed_[o] && run_stride_[I + o] == 0;
      if (!kernel.stores(o) && outputs_[o].data != nullptr && !sums_one_place) return false;
    }
    return true;
  }

  /// Goes through the outer loops like an odometer.
  template <class Sum>
  void sweep(const Kernel<Sum>& kernel, const void* body) {
    xt::svector<std::ptrdiff_t, 4> index(run_loop_, 0);
    Offsets offsets{};
    while (true) {
      if (along_lanes_) sweep_lanes(kernel, body, offsets);
      else sweep_rows(kernel, body, offsets);
      std::size_t loop = run_loop_;
      while (loop > 0 && ++index[loop - 1] == nest_.extent(loop - 1)) {
        advance(offsets, loop - 1, 1 - nest_.extent(loop - 1));
        index[--loop] = 0;
      }
      if (loop == 0) return;
      advance(offsets, loop - 1, 1);
    }
  }

  void advance(Offsets& offsets, std::size_t loop, std::ptrdiff_t steps) const {
    for (std::size_t array = 0; array < I + O; ++array) offsets[array] += steps * nest_.stride(loop, array);
  }

  template <class Sum>
  void sweep_lanes(const Kernel<Sum>& kernel, const void* body, const Offsets& row) {
    const std::ptrdiff_t extent = nest_.extent(lane_loop_);
    if (extent < width) return tile(kernel, body, row, 0, 1, 0, extent);
    for (std::ptrdiff_t position = 0; position < extent;) {
      const std::ptrdiff_t count = std::min((extent - position) / width, longest_run);
      const std::ptrdiff_t after = extent - position - count * width;
      const std::ptrdiff_t tail = after < width ? after : 0;
      tile(kernel, body, row, position, count, tail, width);
      position += count * width + tail;
    }
  }

  template <class Sum>
  void sweep_rows(const Kernel<Sum>& kernel, const void* body, Offsets block) {
    const std::ptrdiff_t extent = nest_.extent(lane_loop_);
    for (std::ptrdiff_t rest = nest_.extent(run_loop_); rest > 0; rest -= longest_run) {
      const std::ptrdiff_t count = std::min(longest_run, rest);
      for (std::ptrdiff_t position = 0; position < extent; position += width) {
        tile(kernel, body, block, position, count, 0, std::min(width, extent - position));
      }
      advance(block, run_loop_, longest_run);
    }
  }

  /// One run from a position on the lane loop: `count` lanes of which `valid` elements count, and a tail.
  template <class Sum>
  void tile(const Kernel<Sum>& kernel, const void* body, const Offsets& offsets, std::ptrdiff_t position,
            std::ptrdiff_t count, std::ptrdiff_t tail, std::ptrdiff_t valid) {
    Run<T, I, O> run;
    run.count = count;
    run.tail = tail;
    const auto offset = [&](std::size_t array) { return offsets[array] + position * lane_stride_[array]; };
    for (std::size_t i = 0; i < I; ++i) prepare_input(run, i, offset(i), valid);
    for (std::size_t o = 0; o < O; ++o) {
      if (kernel.stores(o)) prepare_output(run, o, offset(I + o), valid);
    }
    const std::array<Sum, O> sums = kernel.execute(body, run);
    for (std::size_t o = 0; o < O; ++o) {
      if (outputs_[o].data == nullptr) continue;
      Total<T>* totals = summed_[o] ? totals_[o].data() + offset(I + o) : nullptr;
      if (!kernel.stores(o)) add_sum(sums[o], valid, totals, lane_stride_[I + o]);
      else if (summed_[o]) add_stored(run, o, totals, valid);
      else if (valid < width) copy_back(run, o, offset(I + o), valid);
    }
  }

  /// Points the run at the array itself, or at a copy where lanes are incomplete or repeat one element.
  void prepare_input(Run<T, I, O>& run, std::size_t i, std::ptrdiff_t offset, std::ptrdiff_t valid) {
    const T* from = inputs_[i] + offset;
    const std::ptrdiff_t stride = run_stride_[i];
    T* copy = scratch_[i].data();
    run.input[i] = copy;
    run.input_step[i] = stride == 0 ? 0 : width;
    if (lane_stride_[i] == 1 && valid == width) {
      run.input[i] = from;
      run.input_step[i] = stride;
    } else if (stride == 0 && lane_stride_[i] == 0) {
      L(static_cast<double>(*from)).store(copy);
    } else {
      const std::ptrdiff_t steps = stride == 0 ? 1 : run.count;
      for (std::ptrdiff_t step = 0; step < steps; ++step) {
        for (std::ptrdiff_t k = 0; k < width; ++k) {
          copy[step * width + k] = from[step * stride + std::min(k, valid - 1) * lane_stride_[i]];
        }
      }
    }
  }

  /// Points the run at the array itself, or at scratch memory where lanes are incomplete or the results are summed.
  void prepare_output(Run<T, I, O>& run, std::size_t o, std::ptrdiff_t offset, std::ptrdiff_t valid) {
    const std::ptrdiff_t stride = run_stride_[I + o];
    T* copy = scratch_[I + o].data();
    run.output[o] = copy;
    run.output_step[o] = outputs_[o].data == nullptr || (summed_[o] && stride == 0) ? 0 : width;
    run.add[o] = summed_[o] && stride == 0;
    if (run.add[o]) L(0.0).store(copy);
    if (outputs_[o].data == nullptr || summed_[o]) return;
    T* to = outputs_[o].data + offset;
    run.add[o] = outputs_[o].add;
    if (valid == width) {
      run.output[o] = to;
      run.output_step[o] = stride;
    } else if (run.add[o]) {
      for (std::ptrdiff_t step = 0; step < run.count; ++step) {
        std::copy_n(to + step * stride, valid, copy + step * width);
      }
    }
  }

  void copy_back(const Run<T, I, O>& run, std::size_t o, std::ptrdiff_t offset, std::ptrdiff_t valid) const {
    for (std::ptrdiff_t step = 0; step < run.count; ++step) {
      std::copy_n(scratch_[I + o].data() + step * width, valid, outputs_[o].data + offset + step * run_stride_[I + o]);
    }
  }

  /// Adds what a run has stored in scratch memory for an output that is a sum.
  void add_stored(const Run<T, I, O>& run, std::size_t o, Total<T>* totals, std::ptrdiff_t valid) {
    const std::ptrdiff_t stride = run_stride_[I + o];
    const T* terms = scratch_[I + o].data();
    const std::ptrdiff_t steps = stride == 0 ? 1 : run.count;
    for (std::ptrdiff_t step = 0; step < steps; ++step) {
      for (std::ptrdiff_t k = 0; k < valid; ++k) {
        totals[step * stride + k * lane_stride_[I + o]].add(static_cast<double>(terms[step * width + k]));
      }
    }
    for (std::ptrdiff_t k = 0; stride != 0 && k < run.tail; ++k) {
      totals[run.count * stride + k * lane_stride_[I + o]].add(static_cast<double>(terms[run.count * width + k]));
    }
  }

  void write_totals(std::size_t o) {
    for (std::size_t k = 0; k < totals_[o].size(); ++k) {
      const T total = static_cast<T>(totals_[o][k].divided_by(outputs_[o].divisor));
      outputs_[o].data[k] = outputs_[o].add ? outputs_[o].data[k] + total : total;
    }
  }

  std::array<const T*, I> inputs_;
  std::array<Output<T>, O> outputs_;
  LoopNest nest_;
  bool empty_;
  bool along_lanes_ = true;
  std::size_t lane_loop_ = 0;
  std::size_t run_loop_ = 0;
  std::array<bool, O> summed_{};
  std::array<std::vector<Total<T>>, O> totals_;
  Offsets lane_stride_{};
  Offsets run_stride_{};
  std::array<std::array<T, static_cast<std::size_t>((longest_run + 1) * width)>, I + O> scratch_;
};

}  // namespace wengert::kernel
