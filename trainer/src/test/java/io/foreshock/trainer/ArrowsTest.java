// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of the design, as far as the trainer is concerned. */
class ArrowsTest {
  private final JavaClasses trainer =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.foreshock.trainer");

  @Test
  void knowsNothingOfForeshockButTelemetryAndCommands() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.foreshock..")
                .and(
                    not(
                        resideInAnyPackage(
                            "io.foreshock.trainer..",
                            "io.foreshock.predictors.telemetry..",
                            "io.foreshock.predictors.control.."))))
        .check(trainer);
  }

  @Test
  void modelDoesNotKnowItsObservers() {
    classes()
        .that()
        .resideInAPackage("io.foreshock.trainer.model..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("io.foreshock.trainer.model..", "ai.djl..", "java..")
        .check(trainer);
  }

  @Test
  void linkAndCheckpointDoNotKnowTensors() {
    noClasses()
        .that()
        .resideInAnyPackage("io.foreshock.trainer.link..", "io.foreshock.trainer.checkpoint..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl..")
        .check(trainer);
  }
}
