package io.retrograd;

/** Texts of tensors as they are on the CPU, whatever device a test runs on. */
public final class Shown {
  private Shown() {}

  public static String text(Tensor t) {
    return t.toString()
        .replaceFirst("(,\\s+)device='cuda:\\d+',\\s+", "$1")
        .replaceFirst(",\\s+device='cuda:\\d+'\\)$", ")");
  }
}
