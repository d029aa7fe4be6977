"""A multilayer perceptron with leaky ReLU and softmax, in NumPy: forward, backward, momentum step."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]

LEAK = np.float32(0.01)


@dataclass
class Network:
    """Weights and biases per layer, with the velocity of each for momentum."""

    weights: list[Floats]
    biases: list[Floats]
    velocities: list[Floats]


def make_network(sizes: list[int], rng: np.random.Generator) -> Network:
    """A network with He-scaled random weights; `sizes` counts the units from input to output."""
    weights = [
        (rng.standard_normal((fan_in, fan_out)) * np.sqrt(2 / fan_in)).astype(np.float32)
        for fan_in, fan_out in pairwise(sizes)
    ]
    biases = [np.zeros(size, np.float32) for size in sizes[1:]]
    velocities = [np.zeros_like(parameter) for parameter in (*weights, *biases)]
    return Network(weights, biases, velocities)


def evaluate(network: Network, images: Floats, labels: Labels) -> tuple[float, float]:
    """Mean cross-entropy and accuracy over the whole set."""
    log_probabilities = _log_softmax(_forward(network, images)[-1])
    return _cross_entropy(log_probabilities, labels), _accuracy(log_probabilities, labels)


def train_batch(
    network: Network, images: Floats, labels: Labels, lr: float, momentum: float
) -> tuple[float, float, float]:
    """One step of SGD with momentum; returns the batch's loss and accuracy, and the gradient's norm."""
    layers = _forward(network, images)
    log_probabilities = _log_softmax(layers[-1])
    gradients = _backward(network, layers, log_probabilities, labels)
    parameters = (*network.weights, *network.biases)
    for parameter, gradient, velocity in zip(parameters, gradients, network.velocities, strict=True):
        velocity *= momentum
        velocity -= lr * gradient
        parameter += velocity
    norm = np.sqrt(sum(np.sum(np.square(gradient, dtype=np.float64)) for gradient in gradients))
    return _cross_entropy(log_probabilities, labels), _accuracy(log_probabilities, labels), float(norm)


def _forward(network: Network, images: Floats) -> list[Floats]:
    layers = [images]
    for depth, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True), start=1):
        units = layers[-1] @ weight + bias
        layers.append(units if depth == len(network.weights) else np.maximum(units, LEAK * units))
    return layers


def _backward(
    network: Network, layers: list[Floats], log_probabilities: Floats, labels: Labels
) -> list[Floats]:
    delta = np.exp(log_probabilities)
    delta[np.arange(len(labels)), labels] -= 1
    delta /= len(labels)
    weight_gradients: list[Floats] = []
    bias_gradients: list[Floats] = []
    for depth in reversed(range(len(network.weights))):
        weight_gradients.insert(0, layers[depth].T @ delta)
        bias_gradients.insert(0, delta.sum(axis=0))
        delta = (delta @ network.weights[depth].T) * np.where(layers[depth] > 0, np.float32(1), LEAK)
    return weight_gradients + bias_gradients


def _log_softmax(logits: Floats) -> Floats:
    # The textbook formula, as it is often written first: above 88 `exp` overflows float32, and inf / inf is
    # NaN. Good trainings stay far below; the diverging one of the demo ends here.
    powers = np.exp(logits)
    return np.log(powers / powers.sum(axis=1, keepdims=True))


def _cross_entropy(log_probabilities: Floats, labels: Labels) -> float:
    return float(-log_probabilities[np.arange(len(labels)), labels].mean())


def _accuracy(log_probabilities: Floats, labels: Labels) -> float:
    return float((log_probabilities.argmax(axis=1) == labels).mean())
