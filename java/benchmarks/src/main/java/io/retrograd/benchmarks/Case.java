package io.retrograd.benchmarks;

import java.util.function.Supplier;

/**
 * One piece of work, described once and done by each engine.
 *
 * @param name what the table shows
 * @param unit what one run's time is divided by, for the figure: runs of one element, epochs, ...
 * @param work makes the inputs and returns what is timed
 */
record Case(String name, int unit, Supplier<Runnable> work) {}
