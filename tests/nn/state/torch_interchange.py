"""The side of PyTorch in torch_interchange.cpp: reads a network that wengert saved, and writes one for it to read.

    python3 torch_interchange.py FOLDER

Ends with 77 where torch is not installed. Written for torch 1.13 and later; the package safetensors is not needed.
"""
import json
import pathlib
import struct
import sys

try:
    import torch
except ImportError:
    print("python3 has no torch")
    sys.exit(77)

DTYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}


def load(file):
    """The tensors of a safetensors file by name, as its documentation says."""
    data = file.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        buffer = bytearray(data[8 + length + begin : 8 + length + end])
        tensors[name] = torch.frombuffer(buffer, dtype=DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def save(file, tensors):
    names = {dtype: name for name, dtype in DTYPES.items()}
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.detach().contiguous().numpy().tobytes()
        offsets = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": offsets}
        data += raw
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + data)


def network(dtype):
    layers = [torch.nn.Linear(6, 8), torch.nn.BatchNorm1d(8), torch.nn.ReLU(), torch.nn.Linear(8, 3)]
    return torch.nn.Sequential(*layers).to(dtype)


def check_network_of_wengert(folder, dtype):
    net = network(dtype)
    state = load(folder / "wengert.safetensors")
    for name, tensor in net.state_dict().items():
        assert (state[name].dtype, state[name].shape) == (tensor.dtype, tensor.shape), name
    net.load_state_dict(state, strict=True)
    example = load(folder / "wengert_example.safetensors")
    y = net.eval()(example["x"])
    # The products are summed in another order: a few units in the last place of numbers about 1.
    torch.testing.assert_close(y, example["y"], rtol=0, atol=64 * torch.finfo(dtype).eps)


def write_network_of_torch(folder, dtype):
    torch.manual_seed(1)
    net = network(dtype)
    for _ in range(3):  # moves the running statistics
        net(torch.randn(16, 6, dtype=dtype))
    x = torch.randn(5, 6, dtype=dtype)
    save(folder / "torch.safetensors", net.state_dict())
    save(folder / "torch_example.safetensors", {"x": x, "y": net.eval()(x)})


folder = pathlib.Path(sys.argv[1])
for name, dtype in (("float", torch.float32), ("double", torch.float64)):
    check_network_of_wengert(folder / name, dtype)
    write_network_of_torch(folder / name, dtype)
print("torch", torch.__version__, "read the networks of wengert, with the same outputs, and wrote its own")
