/** Not for users: handles, the net that frees them, printing. */
@NullMarked
package io.retrograd.internal;

import org.jspecify.annotations.NullMarked;
