package io.retrograd.examples;

import static io.retrograd.Retrograd.fromArray;
import static io.retrograd.Retrograd.noGrad;

import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import io.retrograd.TensorOptions;
import io.retrograd.nn.Linear;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Random numbers. A document shows those of PyTorch's generator, which is not ours: a test passes them in, so that all
 * that follows from them can be compared.
 */
final class Draws {
  private final Deque<float[]> given;

  private Draws(List<float[]> given) {
    this.given = new ArrayDeque<>(given);
  }

  /** Numbers of our generator. */
  static Draws random() {
    return new Draws(List.of());
  }

  /** These numbers, one array a draw; then, and where an array is empty, those of our generator. */
  static Draws of(float[]... given) {
    return new Draws(List.of(given));
  }

  /** Uniform in [0, 1). */
  Tensor rand(TensorOptions options, long... shape) {
    float[] values = next();
    return values.length == 0 ? Retrograd.rand(options, shape) : fromArray(options, values, shape);
  }

  /** Normal with mean 0 and variance 1. */
  Tensor randn(TensorOptions options, long... shape) {
    float[] values = next();
    return values.length == 0 ? Retrograd.randn(options, shape) : fromArray(options, values, shape);
  }

  /** A layer with random parameters. */
  Linear linear(TensorOptions options, long in, long out) {
    Linear layer = new Linear(options, in, out, true);
    for (Tensor parameter : layer.parameters()) {
      float[] values = next();
      if (values.length > 0) {
        try (var g = noGrad()) {
          parameter.copy_(fromArray(options, values, parameter.shape()));
        }
      }
    }
    return layer;
  }

  private float[] next() {
    return given.isEmpty() ? new float[0] : given.remove();
  }
}
