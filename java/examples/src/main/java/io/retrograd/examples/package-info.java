/** Programs that follow one notebook about PyTorch each, section by section. */
package io.retrograd.examples;
