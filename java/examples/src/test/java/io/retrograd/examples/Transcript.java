package io.retrograd.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares what a program printed with what its document prints, kept as a resource. A line of the resource that
 * begins with {@code %} is no output but says how the following lines compare:
 *
 * <ul>
 *   <li>{@code % verbatim}: equal, as at the start;
 *   <li>{@code % ulps N}: the same layout; a number with a point may differ by N units in the last place of a float,
 *       and in its last printed digit because of that;
 *   <li>{@code % relative E}: the same text around the numbers, which may differ by E of their size;
 *   <li>{@code % match}: regular expressions;
 *   <li>{@code %%}: a comment.
 * </ul>
 *
 * Python's {@code None}, {@code True} and {@code False} stand for Java's words, save in {@code requires_grad=True}.
 */
final class Transcript {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+\\.\\d*(?:e[-+]?\\d+)?");

  private Transcript() {}

  /** Fails at the first line of {@code actual} that is not as the resource wants it. */
  static void check(String resource, String actual) {
    check(resource, read(resource), actual);
  }

  /** The same for the lines of a resource that is called {@code name}. */
  static void check(String name, List<String> expected, String actual) {
    List<String> lines = actual.lines().toList();
    String rule = "verbatim";
    int at = 0;
    for (int i = 0; i < expected.size(); i++) {
      String want = expected.get(i);
      if (want.startsWith("%")) {
        rule = want.startsWith("%%") ? rule : want.substring(1).strip();
        continue;
      }
      if (at == lines.size()) {
        fail(name + ":" + (i + 1) + ": the output ends before\n  " + want);
      }
      String got = lines.get(at++);
      String complaint = compare(rule, want, got);
      if (!complaint.isEmpty()) {
        String both = "\n  wanted: " + want + "\n  got:    " + got;
        fail(name + ":" + (i + 1) + ": " + complaint + both + "\nall:\n" + actual);
      }
    }
    assertEquals(List.of(), lines.subList(at, lines.size()), "more output than the document has");
  }

  static List<String> read(String resource) {
    try (InputStream stream = Transcript.class.getResourceAsStream(resource)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String java(String python) {
    return python
        .replaceAll("\\bNone\\b", "null")
        .replaceAll("(?<!=)\\bTrue\\b", "true")
        .replaceAll("(?<!=)\\bFalse\\b", "false");
  }

  private static String compare(String rule, String want, String got) {
    String[] words = rule.split(" ");
    return switch (words[0]) {
      case "verbatim" -> java(want).equals(got) ? "" : "not verbatim";
      case "match" -> got.matches(want) ? "" : "no match";
      case "ulps", "relative" ->
        numbers(words[0].equals("ulps"), Double.parseDouble(words[1]), java(want), got);
      default -> throw new AssertionError("unknown rule: " + rule);
    };
  }

  private static String numbers(boolean ulps, double tolerance, String want, String got) {
    if (!NUMBER.matcher(want).replaceAll("#").equals(NUMBER.matcher(got).replaceAll("#"))) {
      return "the text around the numbers differs";
    }
    Matcher wants = NUMBER.matcher(want);
    Matcher gots = NUMBER.matcher(got);
    while (wants.find() && gots.find()) {
      BigDecimal w = new BigDecimal(wants.group());
      BigDecimal g = new BigDecimal(gots.group());
      if (ulps && w.scale() != g.scale()) {
        return "another number of decimals: " + w + ", " + g;
      }
      double allowed =
          ulps ? tolerance * Math.ulp(w.floatValue()) : tolerance * Math.abs(w.doubleValue());
      double difference = g.subtract(w).abs().doubleValue();
      if (difference > allowed + 1.000001 * w.ulp().doubleValue()) {
        return w + " and " + g + " differ by " + difference + ", more than " + allowed;
      }
    }
    return "";
  }
}
