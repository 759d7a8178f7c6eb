// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** The house rules of design.md for this module. */
class ArrowsTest {
  @Test
  void neverKnowsTheTrainer() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.foreshock.trainer..")
        .check(new ClassFileImporter().importPackages("io.foreshock.monitor"));
  }
}
