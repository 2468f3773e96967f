package io.retrograd.memory;

import io.retrograd.Memory;
import io.retrograd.OutOfMemoryException;
import io.retrograd.Retrograd;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Programs in which one request of the native libraries for memory fails, or it and all that follow, by
 * native/tests/failing, which is preloaded. Each must end with what it gives where memory is granted, or with an {@link
 * OutOfMemoryException}; afterwards nothing may be left behind and everything must work.
 *
 * <p>Arguments: the preloaded file, then {@code each} (every request of every program of {@link FailingPrograms}), or
 * {@code row} and three numbers (of all programs in one go, every n-th request from one to another), or {@code cold},
 * a number and {@code true} or {@code false} (the request of this number since the library was loaded, and whether all
 * that follow fail).
 */
final class FailingMemory {
  private final List<String> wrong = new ArrayList<>();
  private long rounds;
  private long refused;

  private FailingMemory() {}

  /** From now on the request of this number, counted from 1, fails; or every one from it on. */
  private static native void arm(long number, boolean andAllThatFollow);

  /** From now on all memory is granted. Returns how many requests there were since {@link #arm}. */
  private static native long disarm();

  public static void main(String[] args) {
    System.load(args[0]);
    FailingMemory run = new FailingMemory();
    switch (args[1]) {
      case "each" -> run.each();
      case "row" ->
        run.row(Long.parseLong(args[2]), Long.parseLong(args[3]), Long.parseLong(args[4]));
      default -> run.cold(Long.parseLong(args[2]), Boolean.parseBoolean(args[3]));
    }
    run.wrong.forEach(System.out::println);
    System.out.println(
        run.rounds + " rounds, " + run.refused + " ended with an OutOfMemoryException");
    System.exit(run.wrong.isEmpty() && (run.refused > 0 || args[1].equals("cold")) ? 0 : 1);
  }

  private void each() {
    long all = 0;
    for (FailingPrograms.Program program : FailingPrograms.ALL) all += each(program);
    System.out.println(all + " requests");
    if (all < 5000) wrong.add("the programs make only " + all + " requests");
  }

  private long each(FailingPrograms.Program program) {
    // Twice, so that what is made once is there: `cold` looks at that.
    Object expected = outcome(program.body());
    if (expected instanceof Throwable e) throw new AssertionError(program.name(), e);
    if (!equal(expected, outcome(program.body())))
      throw new AssertionError(program.name() + " is not repeatable");
    Usage before = Usage.settled();
    long held = Memory.snapshot().graphHeld();
    long start = System.nanoTime();
    long requests = 0;
    for (boolean rest : new boolean[] {false, true}) {
      long number = 0;
      long made;
      do {
        made = round(program.name(), program.body(), expected, ++number, rest);
      } while (made >= number && wrong.size() < 20);
      requests = Math.max(requests, number - 1);
    }
    try {
      before.assertBack(program.name());
      if (Memory.snapshot().graphHeld() != held)
        wrong.add(program.name() + ": graphs hold " + Memory.snapshot());
    } catch (AssertionError e) {
      wrong.add(e.getMessage());
    }
    if (!equal(expected, outcome(program.body())))
      wrong.add(program.name() + ": does not work afterwards");
    System.out.println(
        program.name() + ": " + requests + ", " + (System.nanoTime() - start) / 1_000_000 + " ms");
    return requests;
  }

  /** All programs in one go. One that was refused ends; the next one begins. */
  private void row(long from, long to, long step) {
    List<Object> expected = outcomes();
    Usage before = Usage.settled();
    for (long number = from; number <= to; number += step) {
      for (boolean rest : new boolean[] {false, true}) {
        Memory.emptyCache();
        arm(number, rest);
        List<Object> outcomes = outcomes();
        disarm();
        checkAll(number, rest, expected, outcomes);
      }
    }
    before.assertBack("row");
    if (!expected.equals(outcomes())) wrong.add("does not work afterwards");
  }

  private void cold(long number, boolean rest) {
    arm(number, rest);
    List<Object> outcomes = outcomes();
    disarm();
    checkAll(number, rest, outcomes(), outcomes);
  }

  private static List<Object> outcomes() {
    List<Object> outcomes = new ArrayList<>();
    for (FailingPrograms.Program program : FailingPrograms.ALL)
      outcomes.add(outcome(program.body()));
    return outcomes;
  }

  private void checkAll(long number, boolean rest, List<Object> expected, List<Object> outcomes) {
    for (int i = 0; i < outcomes.size(); i++) {
      Object wanted = expected.get(i);
      String what = FailingPrograms.ALL.get(i).name() + ", request " + number
          + (rest ? " and all that follow" : "");
      if (wanted instanceof Throwable e)
        throw new AssertionError(what + ": does not work afterwards", e);
      check(what, wanted, outcomes.get(i));
    }
  }

  private long round(
      String name, Supplier<Object> body, Object expected, long number, boolean rest) {
    Memory.emptyCache(); // else there would be fewer requests each time
    arm(number, rest);
    Object outcome = outcome(body);
    long made = disarm();
    check(name + ", request " + number + (rest ? " and all that follow" : ""), expected, outcome);
    return made;
  }

  private void check(String what, Object expected, Object outcome) {
    rounds++;
    if (outcome instanceof OutOfMemoryException) {
      refused++;
    } else if (!equal(expected, outcome)) {
      wrong.add(what + ": " + shown(outcome) + "\n  instead of " + shown(expected));
      if (outcome instanceof Throwable e && wrong.size() < 5) e.printStackTrace(System.out);
    }
  }

  /** What a program gives, or throws. */
  private static Object outcome(Supplier<Object> body) {
    Retrograd.manualSeed(7);
    try (Scope scope = Scope.open()) {
      Object result = body.get();
      return result instanceof Tensor t
          ? List.of(t.dtype(), List.of(boxed(t.shape())), values(t))
          : result;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private static Long[] boxed(long[] values) {
    return java.util.Arrays.stream(values).boxed().toArray(Long[]::new);
  }

  private static Object values(Tensor t) {
    return t.dtype().isFloatingPoint()
        ? java.util.Arrays.stream(t.toDoubleArray()).boxed().toList()
        : java.util.Arrays.stream(t.toLongArray()).boxed().toList();
  }

  private static boolean equal(Object a, Object b) {
    if (a instanceof Throwable s && b instanceof Throwable t) {
      return s.getClass() == t.getClass() && Objects.equals(s.getMessage(), t.getMessage());
    }
    return Objects.equals(a, b);
  }

  private static String shown(Object outcome) {
    String text = String.valueOf(outcome);
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }
}
