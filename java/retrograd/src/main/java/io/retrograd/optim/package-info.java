/** Optimizers: they change parameters by their gradients. */
@NullMarked
package io.retrograd.optim;

import org.jspecify.annotations.NullMarked;
