/**
 * Layers and losses: modules that own parameters, and {@link io.retrograd.nn.F} for the same
 * without.
 */
@NullMarked
package io.retrograd.nn;

import org.jspecify.annotations.NullMarked;
