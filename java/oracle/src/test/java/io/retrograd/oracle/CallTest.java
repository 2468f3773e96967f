package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.Tensor;
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

  @Test
  void libtorchHasSnakeCase() {
    assertEquals("masked_fill_", TorchCall.snake("maskedFill_"));
    assertEquals("smooth_l1_loss", TorchCall.snake("smoothL1Loss"));
    assertEquals("l1_loss", TorchCall.snake("l1Loss"));
  }
}
