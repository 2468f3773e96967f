/** Derivatives of functions, functions with a derivative of your own, and checks of both. */
@NullMarked
package io.retrograd.autograd;

import org.jspecify.annotations.NullMarked;
