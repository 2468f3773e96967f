package io.retrograd.misuse;

import static io.retrograd.Retrograd.ones;

import io.retrograd.Scope;
import io.retrograd.Tensor;
import java.util.concurrent.CountDownLatch;

/** Ends its JVM in the middle of something. Argument: of what. */
public final class Exits {
  private static Tensor kept;

  private Exits() {}

  public static void main(String[] args) throws Exception {
    kept = ones(300, 300).requiresGrad_(true);
    switch (args[0]) {
      case "live" -> kept = kept.mm(kept).exp().sum();
      case "scope" -> {
        Scope.open();
        for (int i = 0; i < 1000; i++) kept = kept.add(1);
      }
      case "busy" -> daemon(() -> kept.mm(kept));
      case "backward" -> daemon(() -> kept.mm(kept).tanh().sum().backward());
      case "collecting" -> {
        daemon(() -> ones(10_000));
        daemon(System::gc);
      }
      case "exitInHook" -> {
        kept.registerHook(g -> {
          System.exit(0);
          return null;
        });
        kept.mm(kept).sum().backward();
      }
      case "exitInBusyThread" -> {
        for (int i = 0; i < 4; i++) daemon(() -> kept.mm(kept).sum().backward());
        System.exit(0);
      }
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** Repeats until the process is gone, and is at it when this returns. */
  private static void daemon(Runnable action) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(2);
    Thread thread = new Thread(() -> {
      while (true) {
        action.run();
        begun.countDown();
      }
    });
    thread.setDaemon(true);
    thread.start();
    begun.await();
  }
}
