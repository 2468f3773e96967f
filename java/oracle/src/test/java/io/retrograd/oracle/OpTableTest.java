package io.retrograd.oracle;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every row of {@link OpTable} under every {@link Aspect}, or those that {@code -Dretrograd.families=unary,sort} and
 * {@code -Dretrograd.aspects=A,B} name.
 */
class OpTableTest {
  private static final List<Aspect> ASPECTS =
      named("aspects").map(Aspect::valueOf).toList();
  private static final List<String> FAMILIES = named("families").toList();

  private static Stream<String> named(String what) {
    return Stream.of(System.getProperty("retrograd." + what, "").split(","))
        .filter(name -> !name.isEmpty());
  }

  @TestFactory
  Stream<DynamicContainer> operations() {
    System.out.println("OpTableTest: inputs from " + Seed.option());
    if (!OpTable.FAMILIES.keySet().containsAll(FAMILIES))
      throw new IllegalArgumentException("families: " + FAMILIES);
    return OpTable.FAMILIES.entrySet().stream()
        .filter(family -> FAMILIES.isEmpty() || FAMILIES.contains(family.getKey()))
        .map(
            family -> DynamicContainer.dynamicContainer(family.getKey(), tests(family.getValue())));
  }

  private static Stream<DynamicTest> tests(List<Row> rows) {
    return rows.stream()
        .flatMap(row -> (ASPECTS.isEmpty() ? List.of(Aspect.values()) : ASPECTS)
            .stream()
                .filter(aspect -> aspect.applies(row) && !row.skipped.containsKey(aspect))
                .map(aspect ->
                    DynamicTest.dynamicTest(row + " " + aspect, () -> check(row, aspect))));
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
