"""Values as bytes: what goes in comes out, and nothing else ever does."""

import json
import socket
import struct
import threading

import numpy
import pytest
import sympy
import torch

from autograder.answering import wire
from autograder.answering.given import Surface
from autograder.answering.values import Thing, plain, same_values
from autograder.answering.wire import Malformed

x, t = sympy.symbols("x t", positive=True)
VALUES = {
    "plain": [None, True, 3, 10**100, 0.1, float("inf"), "ü€", "\ud800"],
    "containers": {"a": (1, [2, {3}]), 4: {}, (5, 6): ()},
    "complex": 1 - 2j,
    "thing": Thing("iterator", "generator", ""),
    "surface": Surface(1.5, 10),
    "device": torch.device("meta"),
    "expression": sympy.exp(-t) * x**2 + sympy.Rational(1, 3) * sympy.pi - sympy.Float("0.1"),
    "matrix": sympy.Matrix([[x, 1], [0, sympy.sqrt(t)]]),
    "function": sympy.Function("E")(x).diff(x),
    "piecewise": sympy.Piecewise((x, x > 1), (t, True)),
    "lambda": sympy.Lambda(x, x**2),
}


def sent(value: object) -> object:
    message = wire.encode(value)
    text_size, _ = struct.unpack_from("<II", message)
    return wire.decode(message[8 : 8 + text_size], message[8 + text_size :])


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_value_arrives_as_it_was(value):
    assert sent(value) == value


@pytest.mark.parametrize(
    "dtype", ["float16", "bfloat16", "float32", "float64", "int64", "uint8", "bool", "complex64"]
)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (2, 3)])
def test_a_tensor_arrives_with_its_numbers_and_where_it_came_from(dtype, shape):
    value = torch.randint(0, 2, shape).to(getattr(torch, dtype))
    if value.is_floating_point():
        value = value / 3
        value.requires_grad_()
    arrived = sent(plain(value))
    assert same_values(arrived, value.detach())
    assert arrived.origin.requires_grad == value.requires_grad


def test_an_array_arrives():
    arrived = sent(numpy.arange(6.0).reshape(2, 3))
    assert arrived.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert sent(numpy.array(["a", None], dtype=object)) == ["a", None]


def test_what_is_no_value_arrives_as_what_it_is():
    assert isinstance(sent(plain(torch.eye(2).to_sparse())), Thing)
    assert sent(print) == Thing("object", "builtin_function_or_method", "")
    assert sent(sympy.Sum(x, (x, 1, 10))) == Thing("object", "Sum", "")


def text(value: object) -> bytes:
    return json.dumps(value).encode()


HOSTILE = {
    "no JSON": (b"{", b""),
    "an unknown tag": (text({"code": "1"}), b""),
    "two tags": (text({"tuple": [], "set": []}), b""),
    "no tag": (text({}), b""),
    "a list in a set": (text({"set": [[1]]}), b""),
    "a dictionary by lists": (text({"dict": [[[1], 2]]}), b""),
    "a dictionary of no pairs": (text({"dict": [1]}), b""),
    "deep": (b"[" * 100_000 + b"]" * 100_000, b""),
    "a long number": (b"1" * 100_000, b""),
    "numbers left over": (text(1), b"x"),
    "too few numbers": (text({"tensor": ["float32", [2], "cpu", False]}), b"1234"),
    "a negative shape": (text({"tensor": ["float32", [-1, -1], "cpu", False]}), b"1234"),
    "a shape of text": (text({"tensor": ["float32", ["2"], "cpu", False]}), b"12345678"),
    "a huge shape": (text({"tensor": ["float32", [2**40, 2**40], "cpu", False]}), b"1234"),
    "many dimensions": (text({"tensor": ["float32", [1] * 100, "cpu", False]}), b"1234"),
    "a strange dtype": (text({"tensor": ["__class__", [1], "cpu", False]}), b"1234"),
    "an array of objects": (text({"array": ["O", [1]]}), b"12345678"),
    "an attribute": (text({"sympy": ["x", "Symbol('x').name"]}), b""),
    "an import": (text({"sympy": ["x", "__import__('os').system('true')"]}), b""),
    "code in text": (text({"sympy": ["x", "Symbol(exec('1'))"]}), b""),
    "a call of a call": (text({"sympy": ["x", "Symbol('x')(1)"]}), b""),
    "a long SymPy number": (text({"sympy": ["x", f"Integer({'9' * 5000})"]}), b""),
    "a fine SymPy number": (text({"sympy": ["x", "Float('0.1', precision=10000000)"]}), b""),
    "a comprehension": (text({"sympy": ["x", "[Integer(1) for Integer in (1,)]"]}), b""),
}


@pytest.mark.parametrize("parts", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_message_is_refused(parts):
    try:
        value = wire.decode(*parts)
    except Malformed:
        return
    assert isinstance(value, Thing)


def test_a_tower_of_powers_is_not_computed():
    tower = "Pow(Integer(9), Pow(Integer(9), Integer(9)))"
    assert wire.decode(text({"sympy": ["Pow", tower]}), b"").is_Pow


def test_random_bytes_are_refused_or_are_values():
    drawn = numpy.random.default_rng(0)
    whole = wire.encode({"a": [torch.ones(3), x + 1, (1, 2.5)]})
    for _ in range(2000):
        data = bytearray(whole)
        for place in drawn.integers(8, len(data), 3):
            data[place] = drawn.integers(256)
        size, _ = struct.unpack_from("<II", whole)
        try:
            wire.decode(data[8 : 8 + size], data[8 + size :])
        except Malformed:
            continue


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", EOFError),
        (struct.pack("<II", 10, 0) + b"[1", EOFError),
        (struct.pack("<II", 1 << 31, 0), Malformed),
        (struct.pack("<II", 2, 1 << 31), Malformed),
    ],
)
def test_what_is_announced_and_never_comes_takes_no_memory(data, error):
    near, far = socket.socketpair()
    with near, far:
        sender = threading.Thread(target=lambda: (far.sendall(data), far.close()))
        sender.start()
        with pytest.raises(error):
            wire.receive(near)
        sender.join()


def test_a_value_that_is_too_large_is_refused_by_who_sends_it():
    with pytest.raises(Malformed):
        wire.encode(torch.zeros(wire.MAX_NUMBERS + 1, dtype=torch.uint8))
