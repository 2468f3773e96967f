package io.retrograd.examples;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The comparison must not pass what differs. */
class TranscriptTest {
  private static final String GOOD = """
      tensor([1., 2.], requires_grad=True) null true
      tensor([1.0000, 2.5000])
      Loss = 7.860115051269531
      at 0x7f
      """;

  @Test
  void passes() {
    Transcript.check("Transcript.txt", GOOD);
    Transcript.check(
        "Transcript.txt",
        GOOD.replace("2.5000", "2.5001").replace("7.860115051269531", "7.8601155"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "null; None",
        "'2.], req'; '2.0], req'",
        "requires_grad=True; requires_grad=true",
        "2.5000; 2.5002",
        "2.5000; 2.500",
        "'[1.0000'; '[ 1.0000'",
        "7.860115051269531; 7.860125",
        "Loss =; Loss:",
        "0x7f; 0x7g",
        "at 0x7f; ''",
        "at 0x7f; 'at 0x7f\nmore'",
      })
  void fails(String part, String other) {
    assertThrows(
        AssertionError.class, () -> Transcript.check("Transcript.txt", GOOD.replace(part, other)));
  }
}
