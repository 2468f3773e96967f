package io.retrograd.memory;

import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.rand;
import static io.retrograd.Retrograd.randn;

import io.retrograd.GradMode;
import io.retrograd.Tensor;
import java.util.List;

/** A 784-512-10 network with a training step as a first-time user writes it, none of whose tensors is closed. */
final class Network {
  final List<Tensor> parameters = List.of(leaf(784, 512), leaf(1, 512), leaf(512, 10), leaf(1, 10));

  private static Tensor leaf(long rows, long columns) {
    return randn(rows, columns).mul_(0.05).requiresGrad_(true);
  }

  Tensor loss(Tensor x) {
    Tensor hidden = x.mm(parameters.get(0)).add(parameters.get(1)).relu();
    return hidden.mm(parameters.get(2)).add(parameters.get(3)).square().mean();
  }

  double step(long batch) {
    Tensor loss = loss(rand(batch, 784));
    loss.backward();
    try (GradMode g = noGrad()) {
      for (Tensor p : parameters) {
        p.sub_(p.grad().mul(1e-2));
        p.setGrad(null);
      }
    }
    return loss.item();
  }
}
