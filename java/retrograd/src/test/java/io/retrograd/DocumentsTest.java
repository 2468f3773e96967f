package io.retrograd;

import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.stack;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Training loops as users write them. */
class DocumentsTest {
  private static Tensor model(Tensor x, Tensor params) {
    return stack(ones(x.size(0)), x).T().matmul(params);
  }

  @Test
  void thermometers() {
    Tensor tC = tensor(0.5, 14.0, 15.0, 28.0, 11.0, 8.0, 3.0, -4.0, 6.0, 13.0, 21.0);
    Tensor tU = tensor(35.7, 55.9, 58.2, 81.9, 56.3, 48.9, 33.9, 21.8, 48.4, 60.4, 68.4);
    Tensor tUn = tU.mul(0.1);
    Tensor params = tensor(0.0, 1.0).requiresGrad_(true);
    model(tU, params).sub(tC).square().mean().backward();
    assertEquals("tensor([  82.6000, 4517.2969])", Shown.text(params.grad()));
    double last = 0;
    for (int epoch = 1; epoch <= 5000; epoch++) {
      try (Scope scope = Scope.open()) {
        if (params.grad() != null) params.grad().zero_();
        Tensor loss = model(tUn, params).sub(tC).square().mean();
        loss.backward();
        if (epoch == 500) assertEquals(7.860115051269531, loss.item(), 8e-6);
        last = loss.item();
        try (var g = noGrad()) {
          params.sub_(params.grad().mul(1e-2));
        }
      }
    }
    assertEquals(2.9276468753814697, last, 3e-6);
    assertEquals("tensor([-17.3012,   5.3671], requires_grad=True)", Shown.text(params));
  }

  @Test
  void twoLayers() {
    Retrograd.manualSeed(0);
    Tensor x = randn(64, 3);
    Tensor y = randn(64, 1);
    Tensor w1 = randn(3, 2).requiresGrad_(true);
    Tensor w2 = randn(2, 1).requiresGrad_(true);
    double first = 0;
    double last = 0;
    for (int t = 0; t < 200; t++) {
      Tensor loss = x.mm(w1).clampMin(0).mm(w2).sub(y).pow(2).sum();
      last = loss.item();
      if (t == 0) first = last;
      loss.backward();
      try (var g = noGrad()) {
        w1.sub_(w1.grad().mul(1e-4));
        w2.sub_(w2.grad().mul(1e-4));
        w1.grad().zero_();
        w2.grad().zero_();
      }
    }
    assertTrue(last < first);
  }
}
