/** The formats of the logs that training programs write, each read by one class. */
@org.jspecify.annotations.NullMarked
package io.foreshock.lab.recording.format;
