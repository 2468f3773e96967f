package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Operand.Z;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.retrograd.DType;
import io.retrograd.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A call by name reaches the method that is meant, or says which one is missing. */
class CallTest {
  private static void unknown(String name, Object... arguments) {
    var e = assertThrows(IllegalArgumentException.class, () -> Row.call(name, arguments));
    assertTrue(e.getMessage().startsWith(name), e.getMessage());
  }

  @Test
  void unknownNamesAndArgumentsFail() {
    unknown("tahn");
    unknown("F.tahn", X);
    unknown("tanh", 1);
    unknown("add");
    unknown("add", 1.5f);
    unknown("F.relu");
  }

  @Test
  void argumentsDecideBetweenOverloads() {
    assertEquals(List.of(long.class), List.of(Call.of("add", 1).method().getParameterTypes()));
    assertEquals(List.of(double.class), List.of(Call.of("add", 1.0).method().getParameterTypes()));
    assertEquals(List.of(Tensor.class), List.of(Call.of("add", Y).method().getParameterTypes()));
    assertEquals(List.of(long[].class), List.of(Call.of("sum", 1, 2).method().getParameterTypes()));
  }

  @Test
  void formsInPlaceAreFound() {
    assertEquals("tanh_", Call.of("tanh").inPlace().method().getName());
    assertNotNull(Row.call("tanh").inPlace);
    assertNull(Call.of("tan").inPlace());
    assertNull(Call.of("F.tanh", X).inPlace());
  }

  /** No refusal, which the table would compare with ours. */
  @Test
  void whatLibtorchDoesNotHaveFails() {
    Row row = Row.call("rdiv", 1.5).on(in(3));
    var e = assertThrows(AssertionError.class, () -> row.op.theirs().apply(List.of()));
    assertTrue(e.getMessage().contains("rdiv"), e.getMessage());
    if (!Reference.IS_CPU) assertThrows(AssertionError.class, () -> Aspect.VALUES.check(row));
  }

  /** What operations to come will need: several results, optional numbers and tensors, a list of numbers. */
  @Test
  void libtorchTakesOurArguments() throws Exception {
    assumeFalse(Reference.IS_CPU);
    try (AutoCloseable scope = Torch.LIB.scope()) {
      var x = Torch.LIB.make(new Nd(DType.FLOAT64, Nd.dims(3), new double[] {0.5, 0.25, 0.75}));
      var sorted = Torch.LIB.tensors(new TorchCall("sort", List.of(X, 0L, true)).apply(List.of(x)));
      assertEquals(List.of(0.75, 0.5, 0.25), elements(sorted.get(0)));
      assertEquals(List.of(2.0, 0.0, 1.0), elements(sorted.get(1)));
      assertEquals(
          3,
          Torch.LIB
              .tensors(new TorchCall("svd", List.of(Z)).apply(List.of(x, x, x.expand(2, 3))))
              .size());
      assertEquals(
          0.0,
          elements(new TorchCall("logit", List.of(X, 1e-6)).apply(List.of(x))).get(0));
      assertEquals(
          1.5,
          elements(new TorchCall("nansum", List.of(X, Nd.dims(0), true)).apply(List.of(x)))
              .get(0));
      List<Object> noBounds = Arrays.asList(X, null, Y);
      assertEquals(
          List.of(0.5, 0.25, 0.75),
          elements(new TorchCall("clamp", noBounds).apply(List.of(x, x))));
    }
  }

  private static List<Double> elements(Object tensor) {
    return Arrays.stream(Torch.LIB.read((org.bytedeco.pytorch.Tensor) tensor).data())
        .boxed()
        .toList();
  }

  @Test
  void libtorchHasSnakeCase() {
    assertEquals("masked_fill_", TorchCall.snake("maskedFill_"));
    assertEquals("smooth_l1_loss", TorchCall.snake("smoothL1Loss"));
    assertEquals("l1_loss", TorchCall.snake("l1Loss"));
  }
}
