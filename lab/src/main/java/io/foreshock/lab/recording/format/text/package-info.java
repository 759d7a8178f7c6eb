/** Reads the console output of training programs, which people read too. */
@org.jspecify.annotations.NullMarked
package io.foreshock.lab.recording.format.text;
