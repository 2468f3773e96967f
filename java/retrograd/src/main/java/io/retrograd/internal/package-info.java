/** Not for users: native methods, handles, and what frees them. {@link Bridge} alone knows the class Tensor. */
@NullMarked
package io.retrograd.internal;

import org.jspecify.annotations.NullMarked;
