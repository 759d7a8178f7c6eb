// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of the design that touch the lab: {@code lab → monitor → predictors}. */
class ArrowsTest {
  private static final String LAB = "io.foreshock.lab";
  private static final String MONITOR = "io.foreshock.monitor";

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(LAB);
  }

  @Test
  void ofTheMonitorTheLabSeesItsFormsItsReportsAndItsStart() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage(MONITOR + "..")
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage(MONITOR, MONITOR + ".wire", MONITOR + ".report"))))
        .check(classes);
  }

  @Test
  void theLabNeverImportsTheTrainerOrTheWebServer() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.foreshock.trainer..", "ai.djl..", "io.vertx..")
        .check(classes);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(LAB + ".(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void onlyTablesKnowADatabase() {
    noClasses()
        .that()
        .resideOutsideOfPackage(LAB + ".table..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.duckdb..", "java.sql..")
        .check(classes);
  }
}
