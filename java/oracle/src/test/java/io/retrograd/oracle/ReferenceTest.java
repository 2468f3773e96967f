package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Row.op;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retrograd.Device;
import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import io.retrograd.autograd.Context;
import io.retrograd.autograd.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device that computes something else than the CPU does not pass. */
class ReferenceTest {
  @BeforeEach
  void needsTwoDevices() {
    assumeTrue(
        Reference.IS_CPU && Retrograd.getDefaultDevice().isCuda(), "compares no devices here");
  }

  private static Tensor doubledOnCuda(Tensor x) {
    return x.device().isCuda() ? x.mul(2) : x;
  }

  private static Row row(Row.F1<Tensor> ours) {
    return op("a row", ours, t -> t).on(in(3, 4));
  }

  @Test
  void eachSideIsWhereItShouldBe() {
    Retro[] sides = {Retro.LIB, Retro.CPU};
    for (Retro side : sides) {
      Row where = row(x -> x.device().isCuda() ? x.mul(0) : x.mul(0).add(1));
      double first = Outcome.Question.of(
              where.op, where.samples.get(0), io.retrograd.DType.FLOAT32, Layout.DENSE, 0, 1)
          .ask(side)
          .values()
          .get(0)
          .data()[0];
      assertTrue(first == (side == Retro.CPU ? 1 : 0));
    }
    assertFalse(Retrograd.getDefaultDevice().equals(Device.CPU), "restored");
  }

  @Test
  void otherValuesFail() {
    Row wrong = row(ReferenceTest::doubledOnCuda);
    assertThrows(AssertionError.class, () -> Aspect.VALUES.check(wrong));
    assertThrows(AssertionError.class, () -> Aspect.LAYOUTS.check(wrong));
  }

  @Test
  void otherGradientsFail() {
    Row wrong = row(x -> new Function() {
      @Override
      protected Tensor forward(Context ctx, Tensor... inputs) {
        return inputs[0].clone();
      }

      @Override
      protected Tensor[] backward(Context ctx, Tensor... grads) {
        return gradients(doubledOnCuda(grads[0]));
      }
    }.apply(x));
    Aspect.VALUES.check(wrong);
    assertThrows(AssertionError.class, () -> Aspect.GRADIENTS.check(wrong));
  }

  @Test
  void aRefusalOnOneSideFails() {
    Row wrong = row(x -> x.device().isCuda() ? x.view(5) : x.clone());
    assertThrows(AssertionError.class, () -> Aspect.VALUES.check(wrong));
  }
}
