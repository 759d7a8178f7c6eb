/** {@code attach}: follows the logs that training programs write, and sends them to a monitor. */
@org.jspecify.annotations.NullMarked
package io.foreshock.lab.attach;
