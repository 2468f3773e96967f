package io.retrograd.nn;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Modules as text, in PyTorch's layout. */
final class Text {
  /** Those whose text is under way: a field may lead back to one. Empty but then, for threads outlive this class. */
  private static final ThreadLocal<@Nullable Set<Module>> WITHIN = new ThreadLocal<>();

  private Text() {}

  /** A module's class with what it says of itself and with lines about what it holds. */
  static String of(Module module, Function<Module, List<String>> lines) {
    Set<Module> known = WITHIN.get();
    Set<Module> within = known != null ? known : Collections.newSetFromMap(new IdentityHashMap<>());
    if (!within.add(module)) return name(module) + "(...)";
    WITHIN.set(within);
    try {
      String name = module.isParametrized() ? "Parametrized" + name(module) : name(module);
      return name + "(" + inside(module.describe(), lines.apply(module)) + ")";
    } finally {
      within.remove(module);
      if (within.isEmpty()) WITHIN.remove();
    }
  }

  private static String inside(String description, List<String> lines) {
    if (lines.isEmpty() && !description.contains("\n")) return description;
    List<String> all = new ArrayList<>(lines);
    if (!description.isEmpty()) all.add(0, description);
    return "\n  " + String.join("\n", all).replace("\n", "\n  ") + "\n";
  }

  static List<String> children(Module module) {
    List<String> lines = new ArrayList<>();
    module.members().modules.forEach((name, child) -> lines.add("(" + name + "): " + child));
    return lines;
  }

  /** Numbers as Python shows them: one alone, others as a tuple. */
  static String of(long[] numbers) {
    return numbers.length == 1 ? Long.toString(numbers[0]) : tuple(numbers);
  }

  /** Numbers as Python shows a tuple. */
  static String tuple(long[] numbers) {
    String list = Arrays.stream(numbers).mapToObj(Long::toString).collect(Collectors.joining(", "));
    return "(" + list + (numbers.length == 1 ? ",)" : ")");
  }

  /** Numbers for each dimension, or one for all, as Python shows a tuple of as many. */
  static String tuple(long[] numbers, int dims) {
    return tuple(Numbers.each(numbers, dims));
  }

  /** A truth value as Python shows it. */
  static String of(boolean value) {
    return value ? "True" : "False";
  }

  /** The simple name of its class; of an anonymous one, of the class that it extends. */
  static String name(Module module) {
    Class<?> type = module.getClass();
    while (type.isAnonymousClass()) type = type.getSuperclass();
    return type.getSimpleName();
  }

  /** A number as Python writes it: {@code 1e-05}. */
  static String number(double v) {
    String text = Double.toString(v);
    int e = text.indexOf('E');
    if (e < 0) return text;
    int exponent = Integer.parseInt(text.substring(e + 1));
    if (-4 <= exponent && exponent < 16) {
      String plain = new BigDecimal(text).stripTrailingZeros().toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = text.substring(0, e).replaceFirst("\\.0$", "");
    return String.format(
        Locale.ROOT, "%se%s%02d", digits, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
