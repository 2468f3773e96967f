/** A user's module: it names Retrograd, and the command line adds the modules that only hold native libraries. */
module io.retrograd.consumer {
  requires io.retrograd;
}
