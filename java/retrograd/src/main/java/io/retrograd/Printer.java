package io.retrograd;

import io.retrograd.internal.Bridge;
import io.retrograd.internal.Ops;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tensor as text, in PyTorch's layout. Floating elements share one form: integers with a point, four digits after the
 * point, or scientific. Of more than a thousand elements the first and last three of each dimension are shown, and only
 * those are fetched.
 */
final class Printer {
  private static final int PRECISION = 4;
  private static final int THRESHOLD = 1000;
  private static final int EDGE = 3;
  private static final int WIDTH = 80;
  private static final String PREFIX = "tensor(";

  private final long[] shape; // of the whole tensor
  private final boolean summarise;
  private final String[] elements; // of the part that is shown, formatted
  private final int width;
  private int next;

  private Printer(Tensor tensor) {
    shape = tensor.shape();
    summarise = tensor.numel() > THRESHOLD;
    DType dtype = tensor.dtype();
    try (Tensor part = shown(tensor)) {
      if (dtype.isFloatingPoint()) {
        double[] values = part.toDoubleArray();
        Form form = Form.of(values);
        elements = Arrays.stream(values).mapToObj(form::format).toArray(String[]::new);
        width = form.width();
      } else {
        elements = dtype == DType.BOOL ? truths(part.toBooleanArray()) : whole(part.toLongArray());
        width = Arrays.stream(elements).mapToInt(String::length).max().orElse(1);
      }
    }
  }

  /** The text of {@link Tensor#toString}. */
  static String print(Tensor tensor) {
    List<String> suffixes = new ArrayList<>();
    DType dtype = tensor.dtype();
    boolean empty = tensor.numel() == 0;
    if (!tensor.device().equals(Device.CPU)) suffixes.add("device='" + tensor.device() + "'");
    if (empty && tensor.dim() != 1) suffixes.add("size=" + tuple(tensor.shape()));
    boolean obvious =
        dtype == DType.FLOAT32 || !empty && (dtype == DType.INT64 || dtype == DType.BOOL);
    if (!obvious) suffixes.add("dtype=torch." + dtype);
    String function = gradFnName(tensor);
    if (function != null) suffixes.add("grad_fn=<" + function + ">");
    else if (tensor.requiresGrad()) suffixes.add("requires_grad=True");
    String body = empty ? "[]" : new Printer(tensor).render(0, PREFIX.length());
    return withSuffixes(PREFIX + body, suffixes);
  }

  private static @Nullable String gradFnName(Tensor tensor) {
    var node = tensor.gradFn();
    return node == null ? null : node.name();
  }

  private static String tuple(long[] shape) {
    return Arrays.stream(shape)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String withSuffixes(String body, List<String> suffixes) {
    StringBuilder text = new StringBuilder(body);
    int column = body.length() - body.lastIndexOf('\n') + 1;
    for (String suffix : suffixes) {
      if (column + suffix.length() + 2 > WIDTH) {
        text.append(",\n").append(" ".repeat(PREFIX.length())).append(suffix);
        column = PREFIX.length() + suffix.length();
      } else {
        text.append(", ").append(suffix);
        column += suffix.length() + 2;
      }
    }
    return text.append(')').toString();
  }

  // ---- brackets and lines ----

  private String render(int dim, int indent) {
    if (shape.length == 0) return elements[0];
    if (dim == shape.length - 1) return vector(indent);
    List<String> slices = new ArrayList<>();
    for (int i = 0; i < shownSize(dim); i++) {
      if (i == EDGE && cut(dim)) slices.add("...");
      slices.add(render(dim + 1, indent + 1));
    }
    String separator = "," + "\n".repeat(shape.length - dim - 1) + " ".repeat(indent + 1);
    return "[" + String.join(separator, slices) + "]";
  }

  private String vector(int indent) {
    int dim = shape.length - 1;
    List<String> items = new ArrayList<>();
    for (int i = 0; i < shownSize(dim); i++) {
      if (i == EDGE && cut(dim)) items.add(" ...");
      String element = elements[next++];
      items.add(" ".repeat(Math.max(0, width - element.length())) + element);
    }
    int perLine = Math.max(1, (WIDTH - indent) / (width + 2));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < items.size(); i += perLine) {
      lines.add(String.join(", ", items.subList(i, Math.min(i + perLine, items.size()))));
    }
    return "[" + String.join(",\n" + " ".repeat(indent + 1), lines) + "]";
  }

  private boolean cut(int dim) {
    return summarise && shape[dim] > 2 * EDGE;
  }

  private int shownSize(int dim) {
    return cut(dim) ? 2 * EDGE : (int) shape[dim];
  }

  /** The elements to show, as a small tensor outside the graph. */
  private Tensor shown(Tensor tensor) {
    Tensor part = tensor.detach();
    for (int d = 0; d < shape.length; d++) {
      if (!cut(d)) continue;
      try (Tensor whole = part;
          Tensor first = whole.narrow(d, 0, EDGE);
          Tensor last = whole.narrow(d, shape[d] - EDGE, EDGE)) {
        part = Bridge.wrap(Ops.cat(Bridge.handles(List.of(first, last)), d));
      }
    }
    return part;
  }

  // ---- elements ----

  private static String[] whole(long[] values) {
    return Arrays.stream(values).mapToObj(Long::toString).toArray(String[]::new);
  }

  private static String[] truths(boolean[] values) {
    String[] text = new String[values.length];
    for (int i = 0; i < text.length; i++) text[i] = values[i] ? "True" : "False";
    return text;
  }

  /** How the floating elements of one tensor look. */
  private record Form(boolean integers, boolean scientific, int width) {
    static Form of(double[] values) {
      double[] counted =
          Arrays.stream(values).filter(v -> Double.isFinite(v) && v != 0).toArray();
      if (counted.length == 0) return new Form(true, false, 1);
      double max = Arrays.stream(counted).map(Math::abs).max().getAsDouble();
      double min = Arrays.stream(counted).map(Math::abs).min().getAsDouble();
      boolean integers = Arrays.stream(counted).allMatch(v -> v == Math.rint(v));
      boolean scientific = max / min > 1000 || max > 1e8 || !integers && min < 1e-4;
      Form form = new Form(integers, scientific, 0);
      int width =
          Arrays.stream(counted).mapToInt(v -> form.format(v).length()).max().getAsInt();
      return new Form(integers, scientific, width);
    }

    String format(double v) {
      if (Double.isNaN(v)) return "nan";
      String sign = Math.copySign(1, v) < 0 ? "-" : "";
      if (Double.isInfinite(v)) return sign + "inf";
      BigDecimal exact =
          new BigDecimal(Math.abs(v)); // rounded once, halves to even, as C's printf does
      if (scientific) return sign + scientific(exact);
      String digits =
          exact.setScale(integers ? 0 : PRECISION, RoundingMode.HALF_EVEN).toPlainString();
      return sign + digits + (integers ? "." : "");
    }

    private static String scientific(BigDecimal v) {
      BigDecimal rounded = v.round(new MathContext(PRECISION + 1, RoundingMode.HALF_EVEN));
      int exponent = v.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
      String digits = rounded
          .movePointLeft(exponent)
          .setScale(PRECISION, RoundingMode.UNNECESSARY)
          .toPlainString();
      return digits
          + (exponent < 0 ? "e-" : "e+")
          + (Math.abs(exponent) < 10 ? "0" : "")
          + Math.abs(exponent);
    }
  }
}
