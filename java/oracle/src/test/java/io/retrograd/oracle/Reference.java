package io.retrograd.oracle;

/**
 * What the rows' results are compared with: libtorch's, or, with {@code -Dretrograd.reference=cpu}, our own on the CPU.
 * The latter needs no native library of libtorch's, and compares devices: {@code -Dretrograd.device=cuda:0}.
 */
final class Reference {
  static final boolean IS_CPU = "cpu".equals(System.getProperty("retrograd.reference"));
  static final String NAME = IS_CPU ? "the CPU" : "libtorch";
  static final Library<?> LIB = IS_CPU ? Retro.CPU : Torch.LIB;

  private Reference() {}
}
