package io.retrograd.nn;

import io.retrograd.Tensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What a module holds itself, by name. */
final class Members {
  final Map<String, Tensor> parameters = new LinkedHashMap<>();
  final Map<String, Tensor> buffers = new LinkedHashMap<>();
  final Map<String, Module> modules = new LinkedHashMap<>();

  boolean has(String name) {
    return parameters.containsKey(name) || buffers.containsKey(name) || modules.containsKey(name);
  }

  Members copy() {
    Members copy = new Members();
    copy.parameters.putAll(parameters);
    copy.buffers.putAll(buffers);
    copy.modules.putAll(modules);
    return copy;
  }

  Set<Object> all() {
    Set<Object> all = Collections.newSetFromMap(new IdentityHashMap<>());
    all.addAll(parameters.values());
    all.addAll(buffers.values());
    all.addAll(modules.values());
    return all;
  }
}
