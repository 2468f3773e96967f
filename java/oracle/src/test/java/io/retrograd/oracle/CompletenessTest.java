package io.retrograd.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.Device;
import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import io.retrograd.nn.F;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** No public operation without a row, and no row or exclusion without an operation. */
class CompletenessTest {
  /** What is no operation, by the reason for which it needs no row. */
  private static final Map<String, String> EXCLUDED = new TreeMap<>();

  static {
    exclude("tells about a tensor",
        "shape size stride numel dim storageOffset dtype device isContiguous sharesStorage item itemLong version "
            + "outputNr isView isInference isClosed toString Retrograd.resultType");
    exclude("copies elements out or in; the table itself stands on it",
        "toFloatArray toDoubleArray toLongArray toIntArray toBooleanArray copyTo Retrograd.tensor Retrograd.fromArray "
            + "Retrograd.fromBuffer");
    exclude("acts on the graph; see Graph-, Pass- and FunctionBehaviourTest",
        "requiresGrad requiresGrad_ isLeaf grad setGrad retainGrad retainsGrad gradFn backward detach_ registerHook "
            + "registerPostAccumulateGradHook");
    exclude("a mode or a setting; see GraphBehaviourTest and ModesTest",
        "Retrograd.setDefaultDevice Retrograd.getDefaultDevice Retrograd.noGrad Retrograd.enableGrad "
            + "Retrograd.inferenceMode Retrograd.setGradEnabled Retrograd.isGradEnabled "
            + "Retrograd.isInferenceModeEnabled Retrograd.manualSeed Retrograd.initialSeed Retrograd.getNumThreads "
            + "Retrograd.setNumThreads Retrograd.setFloat32MatmulPrecision Retrograd.getFloat32MatmulPrecision "
            + "Retrograd.setAllowTf32 Retrograd.allowTf32 Retrograd.options");
    exclude("frees", "close");
    exclude("needs a GPU; see StreamTest",
        "pinMemory isPinned devicePointer fromDevicePointer recordStream Retrograd.stream");
    if (Device.cudaCount() == 0) exclude("needs a GPU", "cuda");
  }

  private static void exclude(String reason, String names) {
    for (String name : names.split(" ")) EXCLUDED.put(name, reason);
  }

  private static Set<String> operations() {
    Set<String> names = new TreeSet<>();
    for (Class<?> type : new Class<?>[] {Tensor.class, Retrograd.class, F.class}) {
      String prefix = type == Tensor.class ? "" : type.getSimpleName() + ".";
      for (Method m : type.getDeclaredMethods())
        if (Modifier.isPublic(m.getModifiers()) && !m.isSynthetic()) names.add(prefix + m.getName());
    }
    return names;
  }

  private static Set<String> covered() {
    Set<String> names = new TreeSet<>();
    for (Row row : OpTable.rows()) {
      names.add(row.qualifiedMethod());
      if (row.inPlace != null) names.add(row.qualifiedMethod() + "_");
    }
    return names;
  }

  @Test
  void everyOperationHasARow() {
    Set<String> missing = operations();
    missing.removeAll(covered());
    missing.removeAll(EXCLUDED.keySet());
    assertTrue(missing.isEmpty(), "no row for " + missing + ": add one to the table of its family");
  }

  @Test
  void everyRowAndExclusionIsAnOperation() {
    Set<String> unknown = new TreeSet<>();
    for (Row row : OpTable.rows()) unknown.add(row.qualifiedMethod());
    unknown.addAll(EXCLUDED.keySet());
    unknown.removeAll(operations());
    assertEquals(Set.of(), unknown);
  }

  @Test
  void everyOverloadOfNumbersHasARow() {
    // Scalars have a long and a double form, which promote differently: both must be tried.
    Set<String> rows = OpTable.rows().stream().map(r -> r.name).collect(Collectors.toSet());
    for (Method m : Tensor.class.getDeclaredMethods()) {
      if (m.getParameterCount() != 1 || !Modifier.isPublic(m.getModifiers()) || m.getName().endsWith("_")) continue;
      Class<?> p = m.getParameterTypes()[0];
      boolean both = Arrays.stream(Tensor.class.getDeclaredMethods())
          .filter(o -> o.getName().equals(m.getName()) && o.getParameterCount() == 1)
          .filter(o -> o.getParameterTypes()[0] == long.class || o.getParameterTypes()[0] == double.class).count() == 2;
      if (!both || p.isInterface() || m.getName().equals("pow")) continue;
      if (p == long.class || p == double.class)
        assertTrue(rows.contains(m.getName() + "(" + p + ")"), "no row " + m.getName() + "(" + p + ")");
    }
  }

  @Test
  void namesAreUnique() {
    Set<String> seen = new TreeSet<>();
    for (Row row : OpTable.rows()) assertTrue(seen.add(row.name), "two rows " + row.name);
  }
}
