/**
 * PyTorch's autograd for the JVM.
 *
 * @see io.retrograd.Retrograd
 */
module io.retrograd {
  requires org.bytedeco.javacpp;
  requires static transitive org.jspecify;

  exports io.retrograd;
  exports io.retrograd.autograd;
  exports io.retrograd.nn;
  exports io.retrograd.optim;
}
