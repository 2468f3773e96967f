package io.retrograd.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A tree of facts as text for people or as JSON. Its nodes are maps with strings as keys, lists, strings, numbers,
 * truth values and {@link Bytes}.
 */
public final class Report {
  /** An amount of memory. */
  public record Bytes(long count) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.1f GiB", count / (double) (1 << 30));
    }
  }

  private Report() {}

  /** A map that keeps the order of its keys and values, which come in turn. */
  public static Map<String, Object> map(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2)
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    return map;
  }

  /** One line for each leaf, below the name of what it belongs to. */
  public static String text(Map<String, Object> report) {
    StringBuilder out = new StringBuilder();
    text(out, report, "");
    return out.toString();
  }

  private static void text(StringBuilder out, Map<?, ?> map, String indent) {
    map.forEach((key, value) -> {
      String name = key.toString().replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
      boolean empty = value.equals("") || value instanceof List<?> l && l.isEmpty();
      if (empty && !indent.isEmpty()) return;
      out.append(indent).append(name);
      if (value instanceof Map<?, ?> inner) {
        out.append('\n');
        text(out, inner, indent + "  ");
      } else if (value instanceof List<?> list) {
        out.append(list.isEmpty() ? ": nothing\n" : "\n");
        for (Object item : list) item(out, item, indent + "  ");
      } else {
        out.append(": ").append(value).append('\n');
      }
    });
  }

  private static void item(StringBuilder out, Object item, String indent) {
    StringBuilder lines = new StringBuilder();
    if (item instanceof Map<?, ?> map) text(lines, map, indent + "  ");
    else lines.append(indent).append("  ").append(item).append('\n');
    lines.setCharAt(indent.length(), '-');
    out.append(lines);
  }

  /** As JSON, ending with a line break. */
  public static String json(Map<String, Object> report) {
    StringBuilder out = new StringBuilder();
    json(out, report, "\n");
    return out.append('\n').toString();
  }

  private static void json(StringBuilder out, Object node, String line) {
    String inner = line + "  ";
    String separator = "";
    if (node instanceof Map<?, ?> map) {
      out.append('{');
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        quote(out.append(separator).append(inner), entry.getKey().toString());
        json(out.append(": "), entry.getValue(), inner);
        separator = ",";
      }
      out.append(map.isEmpty() ? "" : line).append('}');
    } else if (node instanceof List<?> list) {
      out.append('[');
      for (Object item : list) {
        json(out.append(separator).append(inner), item, inner);
        separator = ",";
      }
      out.append(list.isEmpty() ? "" : line).append(']');
    } else if (node instanceof Bytes bytes) {
      out.append(bytes.count());
    } else if (node instanceof Number || node instanceof Boolean) {
      out.append(node);
    } else {
      quote(out, node.toString());
    }
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    out.append('"');
  }
}
