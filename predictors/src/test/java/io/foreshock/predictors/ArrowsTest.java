// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The house rules of design.md for this module: pure, timeless, single-threaded, at the bottom. */
class ArrowsTest {
  /** What {@code State} needs to be written by its owner, who does the I/O. */
  private static final Set<String> ALLOWED_IO =
      Set.of(
          "java.io.DataInput",
          "java.io.DataOutput",
          "java.io.DataInputStream",
          "java.io.DataOutputStream",
          "java.io.ByteArrayInputStream",
          "java.io.ByteArrayOutputStream",
          "java.io.IOException",
          "java.io.UncheckedIOException",
          "java.io.InputStream",
          "java.io.OutputStream",
          "java.io.Serializable");

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.foreshock.predictors");

  @Test
  void doesNoInputOrOutput() {
    noClasses()
        .should()
        .dependOnClassesThat(
            DescribedPredicate.<JavaClass>describe(
                "do I/O",
                type ->
                    type.getPackageName().equals("java.io") && !ALLOWED_IO.contains(type.getName())
                        || type.getPackageName().startsWith("java.nio.file")
                        || type.getPackageName().startsWith("java.nio.channels")
                        || type.getPackageName().startsWith("java.net")
                        || type.getPackageName().startsWith("java.sql")))
        .check(classes);
  }

  @Test
  void startsNoThreads() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.util.concurrent..")
        .check(classes);
  }

  @Test
  void readsNoClock() {
    noClasses()
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.time..")
        .check(classes);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.foreshock.predictors.(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void knowsNeitherMonitorNorTrainer() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.foreshock.monitor..", "io.foreshock.trainer..")
        .check(classes);
  }

  @Test
  void telemetryStandsOnItsOwn() {
    noClasses()
        .that()
        .resideInAPackage("..telemetry..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..predictors.stats..", "..predictors.online..", "..forecast..")
        .check(classes);
  }
}
