package io.retrograd.oracle;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every row of {@link OpTable} under every {@link Aspect}, or those that {@code -Dretrograd.aspects=A,B} names. */
class OpTableTest {
  private static final List<Aspect> ASPECTS =
      Stream.of(System.getProperty("retrograd.aspects", "").split(",")).filter(name -> !name.isEmpty())
          .map(Aspect::valueOf).toList();

  @TestFactory
  Stream<DynamicContainer> operations() {
    System.out.println("OpTableTest: inputs from " + Seed.option());
    return OpTable.FAMILIES.entrySet().stream()
        .map(family -> DynamicContainer.dynamicContainer(family.getKey(), tests(family.getValue())));
  }

  private static Stream<DynamicTest> tests(List<Row> rows) {
    return rows.stream()
        .flatMap(
            row ->
                (ASPECTS.isEmpty() ? List.of(Aspect.values()) : ASPECTS).stream()
                    .filter(aspect -> aspect.applies(row) && !row.skipped.containsKey(aspect))
                    .map(aspect -> DynamicTest.dynamicTest(row + " " + aspect, () -> check(row, aspect))));
  }

  /** Some reports number dynamic tests instead of naming them. */
  private static void check(Row row, Aspect aspect) {
    try {
      aspect.check(row);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(row + " " + aspect + " " + Seed.option() + ": " + e.getMessage(), e);
    }
  }
}
