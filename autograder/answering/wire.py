"""Values as bytes, for the pipe between a judge and a notebook; what comes in is held for hostile.

A message is the sizes of its two parts, JSON text, and the numbers of its tensors and arrays one
after the other. What JSON has no word for is `{tag: …}`. Only values come out of `decode` (see
`values.plain`), of bounded size; anything else raises Malformed.
"""

from __future__ import annotations

import ast
import json
import math
import socket
import struct

import numpy
import sympy
import torch
from sympy.matrices.expressions import matexpr

from autograder.answering.given import Surface
from autograder.answering.values import Origin, Thing

MAX_TEXT, MAX_NUMBERS = 16 << 20, 64 << 20  # bytes of the two parts of a message
MAX_DIGITS = 2000  # of a SymPy number
MAX_TREE = 1 << 18  # characters of a SymPy tree
_SIZES = struct.Struct("<II")
_DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        *(torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64),
        *(torch.complex128, torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32),
        torch.int64,
    )
}
# Nodes of SymPy that an answer may hold; none of them computes for long when it is made.
_HOMES = (sympy, sympy.core.symbol, sympy.functions.elementary.piecewise, matexpr)
_NAMES = """
    Add Mul Pow Symbol Dummy Integer Rational Float Tuple Lambda exp log sin cos tan sinh cosh tanh
    asin acos atan Abs sign Min Max re im conjugate floor ceiling Piecewise ExprCondPair Equality
    Unequality StrictLessThan LessThan StrictGreaterThan GreaterThan And Or Not Derivative Function
    Subs MutableDenseMatrix ImmutableDenseMatrix MutableSparseMatrix ImmutableSparseMatrix
    MatrixSymbol MatMul MatAdd MatPow Inverse Transpose Identity ZeroMatrix Trace Determinant
    HadamardProduct ImmutableDenseNDimArray MutableDenseNDimArray Str MatrixElement
"""
_NODES = {
    name: next(vars(home)[name] for home in _HOMES if name in vars(home)) for name in _NAMES.split()
}
_CONSTANTS = {"pi", "E", "I", "oo", "nan", "zoo", "true", "false"}
# Text in any other place is run by SymPy as Python.
_NAMED = {"Symbol", "Dummy", "Str", "MatrixSymbol", "Function", "Float"}


class Malformed(ValueError):
    """Bytes that are no message."""


# --- values to bytes ------------------------------------------------------------------------------


def encode(value: object) -> bytes:
    """A value as a message. Raises Malformed for one that is too large."""
    numbers: list[bytes] = []
    text = json.dumps(_encoded(value, numbers), separators=(",", ":")).encode(errors="replace")
    total = sum(map(len, numbers))
    if len(text) > MAX_TEXT or total > MAX_NUMBERS:
        raise Malformed(f"{len(text) + total:,} bytes are more than an answer may have")
    return b"".join([_SIZES.pack(len(text), total), text, *numbers])


def _encoded(value: object, numbers: list[bytes]) -> object:
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) is list:
        return [_encoded(entry, numbers) for entry in value]
    if isinstance(value, tuple | set | frozenset):
        tag = "tuple" if isinstance(value, tuple) else "set"
        return {tag: [_encoded(entry, numbers) for entry in value]}
    if isinstance(value, dict):
        return {"dict": [[_encoded(part, numbers) for part in pair] for pair in value.items()]}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, torch.Tensor):
        return _tensor(value, numbers)
    if isinstance(value, numpy.ndarray):
        if value.dtype.kind not in "biufc":
            return _encoded(value.tolist(), numbers)
        numbers.append(value.tobytes())
        return {"array": [value.dtype.str, list(value.shape)]}
    if isinstance(value, sympy.Basic | sympy.MatrixBase | sympy.NDimArray):
        return {"sympy": [type(value).__name__[:80], sympy.srepr(value)]}
    if isinstance(value, torch.device):
        return {"device": str(value)}
    if isinstance(value, Surface):
        return {"surface": [value.lambda_1, value.lambda_2]}
    if isinstance(value, Thing):
        return {"thing": [value.kind, value.type_name[:80], value.text[:200]]}
    return {"thing": ["object", type(value).__name__[:80], ""]}


def _tensor(value: torch.Tensor, numbers: list[bytes]) -> object:
    dtype = str(value.dtype).removeprefix("torch.")
    origin = getattr(value, "origin", Origin("cpu", False))
    try:
        flat = value.detach().to("cpu").reshape(-1).contiguous()
        data = flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""
    except (RuntimeError, TypeError, NotImplementedError):  # sparse, quantised, of another kind
        return {"thing": ["object", f"Tensor of {value.layout}, {dtype}"[:80], ""]}
    numbers.append(data)
    return {"tensor": [dtype, list(value.shape), origin.device, origin.requires_grad]}


# --- bytes to values ------------------------------------------------------------------------------


def decode(text: bytes, numbers: bytes) -> object:
    """The value in the two parts of a message. Raises Malformed."""
    try:
        left = memoryview(numbers)
        value, left = _decoded(json.loads(text), left)
    except Malformed:
        raise
    except (ArithmeticError, LookupError, RecursionError, RuntimeError, TypeError) as error:
        raise Malformed(f"not a value: {type(error).__name__}") from None
    except (AttributeError, SyntaxError, ValueError) as error:
        raise Malformed(f"not a value: {type(error).__name__}") from None
    if len(left):
        raise Malformed("numbers that belong to nothing")
    return value


def _decoded(value: object, left: memoryview) -> tuple[object, memoryview]:
    """A value, and the numbers behind those that it has taken."""
    if not isinstance(value, list | dict):
        return value, left
    if isinstance(value, list):
        return _entries(value, left)
    ((tag, held),) = value.items()
    if tag in ("tuple", "set"):
        entries, left = _entries(held, left)
        return (tuple if tag == "tuple" else set)(entries), left
    if tag == "dict":
        pairs, left = _entries(held, left)
        return dict(pairs), left
    if tag == "complex":
        return complex(*map(float, held)), left
    if tag == "tensor":
        return _read_tensor(*held, left)
    if tag == "array":
        return _read_array(*held, left)
    if tag == "sympy":
        return _read_sympy(*held), left
    if tag == "device":
        return torch.device(str(held)[:20]), left
    if tag == "surface":
        return Surface(*map(float, held)), left
    if tag == "thing":
        return Thing(*(str(part)[:200] for part in held)), left
    raise Malformed("an unknown kind of value")


def _entries(held: object, left: memoryview) -> tuple[list, memoryview]:
    if not isinstance(held, list):
        raise Malformed("entries that are no list")
    if all(type(entry) in (int, float, str, bool) for entry in held):
        return held, left
    entries = []
    for entry in held:
        read, left = _decoded(entry, left)
        entries.append(read)
    return entries, left


def _take(shape: object, size: int, left: memoryview) -> tuple[memoryview, memoryview]:
    """The bytes of numbers of this shape, of `size` bytes each, and what is behind them."""
    if not isinstance(shape, list) or len(shape) > 16:
        raise Malformed("not a shape")
    if not all(type(n) is int and 0 <= n <= MAX_NUMBERS for n in shape):
        raise Malformed("not a shape")
    needed = math.prod(shape) * size
    if needed > len(left):
        raise Malformed("fewer numbers than the shape says")
    return left[:needed], left[needed:]


def _read_tensor(dtype, shape, device, requires_grad, left: memoryview):
    kind = _DTYPES[dtype]
    data, left = _take(shape, kind.itemsize, left)
    if kind is torch.bool:
        read = torch.frombuffer(bytearray(data), dtype=torch.uint8) != 0 if data else None
    else:
        read = torch.frombuffer(bytearray(data), dtype=kind) if data else None
    read = torch.zeros(shape, dtype=kind) if read is None else read.reshape(shape)
    read.origin = Origin(str(device)[:20], requires_grad is True)
    return read, left


def _read_array(dtype, shape, left: memoryview):
    kind = numpy.dtype(str(dtype)[:8])
    if kind.kind not in "biufc":
        raise Malformed("not an array of numbers")
    data, left = _take(shape, kind.itemsize, left)
    return numpy.frombuffer(bytearray(data), dtype=kind).reshape(shape), left


def _read_sympy(name, text) -> object:
    """What `sympy.srepr` wrote, of known nodes only; a Thing for one that holds another."""
    if not isinstance(text, str) or len(text) > MAX_TREE:
        raise Malformed("not a tree of SymPy")
    tree = ast.parse(text, mode="eval").body
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if not named <= {*_NODES} | _CONSTANTS:
        return Thing("object", str(name)[:80], "")
    return _node(tree)


def _node(node: ast.expr) -> object:
    if isinstance(node, ast.Constant) and type(node.value) in (bool, int, float, type(None)):
        if len(str(node.value)) > MAX_DIGITS:
            raise Malformed("a number that is too long")
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_node(node.operand)
    if isinstance(node, ast.Name) and node.id in _CONSTANTS:
        return getattr(sympy, node.id)
    if isinstance(node, ast.List | ast.Tuple):
        return (list if isinstance(node, ast.List) else tuple)(map(_node, node.elts))
    if isinstance(node, ast.Dict):
        return {_node(k): _node(v) for k, v in zip(node.keys, node.values, strict=True)}
    if isinstance(node, ast.Call):
        return _called(node)
    raise Malformed("not a node of SymPy")


def _name(node: ast.expr) -> object:
    """The text that a node begins with."""
    text = node.value if isinstance(node, ast.Constant) else None
    if not isinstance(text, str):
        return _node(node)
    if len(text) > MAX_DIGITS:
        raise Malformed("a name that is too long")
    return text


def _called(node: ast.Call) -> object:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    first = node.args[0] if node.args and name in _NAMED else None
    args = [_name(arg) if arg is first else _node(arg) for arg in node.args]
    options = {word.arg: _node(word.value) for word in node.keywords}
    if isinstance(node.func, ast.Call):  # Function('f')(x)
        function = _node(node.func)
        if not isinstance(function, sympy.core.function.UndefinedFunction):
            raise Malformed("not a function of SymPy")
        return function(*args)
    if name not in _NODES:
        raise Malformed("not a node of SymPy")
    if name == "Float" and not 0 < int(options.get("precision", 53)) <= MAX_DIGITS:
        raise Malformed("a precision that nobody needs")
    power = args[1] if name == "Pow" and len(args) == 2 else 0
    if isinstance(power, sympy.Rational) and abs(power) > MAX_DIGITS:
        options = {"evaluate": False}  # else it would be multiplied out
    return _NODES[name](*args, **options)


# --- messages over a socket -----------------------------------------------------------------------


def send(way: socket.socket, value: object) -> None:
    way.sendall(encode(value))


def receive(way: socket.socket) -> object:
    """The value of the next message. Raises EOFError at the end, Malformed, TimeoutError."""
    text_size, size = _SIZES.unpack(_read(way, _SIZES.size))
    if text_size > MAX_TEXT or size > MAX_NUMBERS:
        raise Malformed("a message that is too large")
    text = _read(way, text_size)
    return decode(text, _read(way, size))


def _read(way: socket.socket, size: int) -> bytearray:
    data = bytearray(size) if size <= 1 << 20 else bytearray()
    if not data:  # grown as it comes: what is announced may never come
        while len(data) < size:
            part = way.recv(min(size - len(data), 1 << 20))
            if not part:
                raise EOFError
            data += part
        return data
    got = 0
    while got < size:
        count = way.recv_into(memoryview(data)[got:])
        if not count:
            raise EOFError
        got += count
    return data
