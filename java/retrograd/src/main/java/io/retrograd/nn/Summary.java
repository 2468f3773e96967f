package io.retrograd.nn;

import io.retrograd.HookHandle;
import io.retrograd.Retrograd;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.TensorOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The table of {@link Module#summary}. */
final class Summary {
  private static final String[] HEAD = {"Layer", "Output shape", "Parameters"};

  private final Module module;
  private final Map<Module, long[]> shapes = new IdentityHashMap<>();

  private Summary(Module module) {
    this.module = module;
  }

  static String of(Module module, long[] inputShape) {
    Summary summary = new Summary(module);
    Scope.run(() -> summary.run(inputShape));
    return summary.table();
  }

  /** Runs the module once, in evaluation mode, to see the shapes of outputs. */
  private void run(long[] inputShape) {
    Map<Module, Boolean> modes = new IdentityHashMap<>();
    List<HookHandle> hooks = new ArrayList<>();
    for (Module inside : module.modules()) {
      modes.put(inside, inside.isTraining());
      hooks.add(inside.registerForwardHook((m, input, output) -> {
        shapes.put(m, output.shape());
        return null;
      }));
    }
    try {
      module.eval();
      Retrograd.noGrad(() -> {
        module.call(Retrograd.zeros(options(), inputShape));
      });
    } finally {
      hooks.forEach(HookHandle::remove);
      modes.forEach(Module::setTraining);
    }
  }

  private TensorOptions options() {
    return module.parameters().stream()
        .filter(p -> p.dtype().isFloatingPoint())
        .findFirst()
        .map(p -> Retrograd.options(p.dtype()).device(p.device()))
        .orElseGet(Retrograd::options);
  }

  private String table() {
    List<String[]> rows = new ArrayList<>();
    rows.add(HEAD);
    module.walk((prefix, inside, members) -> rows.add(new String[] {
      label(prefix, inside), shape(inside), count(members.parameters.values()),
    }));
    List<Tensor> all = module.parameters();
    List<Tensor> trained = all.stream().filter(Tensor::requiresGrad).toList();
    return layout(rows) + "Parameters: " + count(all) + ", trainable: " + count(trained);
  }

  private static String label(String prefix, Module inside) {
    if (prefix.isEmpty()) return Text.name(inside);
    String path = prefix.substring(0, prefix.length() - 1);
    int depth = path.split("\\.").length;
    return "  ".repeat(depth) + path.substring(path.lastIndexOf('.') + 1) + ": "
        + Text.name(inside);
  }

  private String shape(Module inside) {
    long[] shape = shapes.get(inside);
    return shape == null ? "-" : Arrays.toString(shape);
  }

  private static String count(Collection<Tensor> tensors) {
    return Long.toString(tensors.stream().mapToLong(Tensor::numel).sum());
  }

  private static String layout(List<String[]> rows) {
    int[] widths = new int[HEAD.length];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) widths[i] = Math.max(widths[i], row[i].length());
    }
    String format = "%-" + widths[0] + "s  %-" + widths[1] + "s  %" + widths[2] + "s%n";
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) text.append(format.formatted((Object[]) row).replace("\r", ""));
    return text.toString();
  }
}
