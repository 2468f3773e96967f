/** A user's module: it names Retrograd, and the command line adds the modules that only hold native libraries. */
module io.retrograd.consumer {
  requires io.retrograd;

  opens io.retrograd.consumer.open to io.retrograd;
}
