package io.retrograd.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.Device;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No public operation without a row, and no row or exclusion without an operation. */
class CompletenessTest {
  /** What is no operation, by the reason for which it needs no row. */
  private static final Map<String, String> EXCLUDED = new TreeMap<>();

  static {
    exclude(
        "tells about a tensor",
        "shape size stride numel dim storageOffset dtype device isContiguous sharesStorage item itemLong version "
            + "outputNr isView isInference isClosed toString Retrograd.resultType");
    exclude(
        "copies elements out or in; the table itself stands on it",
        "toFloatArray toDoubleArray toLongArray toIntArray toShortArray toByteArray toBooleanArray copyTo "
            + "Retrograd.tensor Retrograd.fromArray Retrograd.fromBuffer");
    exclude(
        "acts on the graph; see Graph-, Pass- and FunctionBehaviourTest",
        "requiresGrad requiresGrad_ isLeaf grad setGrad retainGrad retainsGrad gradFn backward detach_ registerHook "
            + "registerPostAccumulateGradHook");
    exclude(
        "a mode or a setting; see GraphBehaviourTest and ModesTest",
        "Retrograd.setDefaultDevice Retrograd.getDefaultDevice Retrograd.noGrad Retrograd.enableGrad "
            + "Retrograd.inferenceMode Retrograd.setGradEnabled Retrograd.isGradEnabled "
            + "Retrograd.isInferenceModeEnabled Retrograd.manualSeed Retrograd.initialSeed Retrograd.getNumThreads "
            + "Retrograd.setNumThreads Retrograd.setFloat32MatmulPrecision Retrograd.getFloat32MatmulPrecision "
            + "Retrograd.setAllowTf32 Retrograd.allowTf32 Retrograd.options");
    exclude("frees", "close");
    exclude(
        "needs a GPU; see StreamTest",
        "pinMemory isPinned devicePointer fromDevicePointer recordStream Retrograd.stream");
    if (Device.cudaCount() == 0) exclude("needs a GPU", "cuda");
  }

  /** How many public methods there are at least: one that moves out of sight fails here instead of going untested. */
  private static final int METHODS = 587;

  private static void exclude(String reason, String names) {
    for (String name : names.split(" ")) EXCLUDED.put(name, reason);
  }

  private static Set<String> names(Stream<Method> methods) {
    return methods.map(Call::nameOf).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyOverloadHasARow() {
    Set<Method> missing = Call.methods()
        .filter(m -> !EXCLUDED.containsKey(Call.nameOf(m)))
        .collect(Collectors.toSet());
    for (Row row : OpTable.rows()) missing.removeAll(row.methods);
    assertEquals(Set.of(), missing, "methods without a row: add it to the table of their family");
  }

  @Test
  void everyRowAndExclusionIsAnOperation() {
    Set<String> unknown = new TreeSet<>(EXCLUDED.keySet());
    for (Row row : OpTable.rows()) unknown.add(row.qualifiedMethod());
    unknown.removeAll(names(Call.methods()));
    assertEquals(Set.of(), unknown);
  }

  @Test
  void nothingIsExcludedThatHasARow() {
    Set<String> both = names(OpTable.rows().stream().flatMap(row -> row.methods.stream()));
    both.retainAll(EXCLUDED.keySet());
    assertEquals(Set.of(), both);
  }

  @Test
  void allMethodsAreSeen() {
    long seen = Call.methods().count();
    assertTrue(seen >= METHODS, "only " + seen + " public methods in " + Call.FACADE);
  }

  @Test
  void namesAreUnique() {
    Set<String> seen = new TreeSet<>();
    for (Row row : OpTable.rows()) assertTrue(seen.add(row.name), "two rows " + row.name);
  }
}
