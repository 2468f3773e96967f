package io.retrograd.consumer;

import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.tensor;

import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.consumer.open.Net;
import java.util.Set;

/** Uses a little of everything that crosses into native code. Exits with 1 where something is wrong. */
public final class Main {
  private Main() {}

  /** Runs the checks. */
  public static void main(String[] args) {
    Tensor x = tensor(1.0, 2.0, 3.0).requiresGrad_(true);
    x.square().sum().backward();
    check(x.grad().sum().item() == 12.0, "gradient: " + x.grad());

    try (var guard = noGrad()) {
      x.sub_(x.grad().mul(0.5));
    }
    check(x.abs().sum().item() == 0.0, "step: " + x);

    // One product small enough for a plain loop, one large enough to be done in blocks.
    for (int n : new int[] {2, 128}) {
      double[][] ones = new double[n][n];
      for (double[] row : ones) {
        java.util.Arrays.fill(row, 1.0);
      }
      Tensor a = tensor(ones);
      check(a.matmul(a).sum().item() == (double) n * n * n, "matmul of " + n);
    }

    // The class of an exception must be found from native code, whichever loader this runs in.
    try {
      tensor(1.0, 2.0).add(tensor(1.0, 2.0, 3.0));
      check(false, "a shape mismatch went unnoticed");
    } catch (ShapeException expected) {
      check(expected.getMessage().contains("add"), "message: " + expected.getMessage());
    }

    modulesInFields();
    System.out.println("consumer: all well in " + Main.class.getModule() + ", " + Main.class.getClassLoader());
  }

  /** On the module path a package must be open for its fields to count, unless they are registered. */
  private static void modulesInFields() {
    Set<String> names = new Net().namedParameters().keySet();
    check(names.equals(Set.of("scale", "hidden.weight", "hidden.bias")), "names: " + names);
    check(new Closed.Registered().parameters().size() == 2, "registered module");
    String message = "";
    try {
      check(new Closed.Unregistered().parameters().size() == 2, "module in a field");
    } catch (IllegalStateException expected) {
      message = expected.getMessage();
    }
    boolean named = Main.class.getModule().isNamed();
    check(message.contains("\"opens io.retrograd.consumer to io.retrograd;\"") == named, "message: " + message);
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      System.err.println("consumer: wrong " + what);
      System.exit(1);
    }
  }
}
