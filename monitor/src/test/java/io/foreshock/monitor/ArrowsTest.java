// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of the design that touch the monitor. */
class ArrowsTest {
  private static final String MONITOR = "io.foreshock.monitor";

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(MONITOR);
  }

  @Test
  void theMonitorNeverImportsTheTrainer() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.foreshock.trainer..")
        .check(classes);
  }

  @Test
  void packagesOfTheServiceHaveNoCycles() {
    slices().matching(MONITOR + ".(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void onlyTheStoreKnowsItsDatabase() {
    noClasses()
        .that()
        .resideOutsideOfPackage(MONITOR + ".store..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.duckdb..", "java.sql..", "com.influxdb..", "okhttp3..")
        .check(classes);
  }

  @Test
  void onlyThePlacesMadeForItOpenFiles() {
    noClasses()
        .that()
        .resideInAnyPackage(
            MONITOR + ".alert..",
            MONITOR + ".api..",
            MONITOR + ".control..",
            MONITOR + ".ingest..",
            MONITOR + ".live..",
            MONITOR + ".metrics..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.nio.file.Files")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.nio.channels..")
        .check(classes);
  }

  @Test
  void whatDecidesDoesNotKnowTheWeb() {
    noClasses()
        .that()
        .resideInAnyPackage(
            MONITOR + ".control..",
            MONITOR + ".journal..",
            MONITOR + ".pipeline..",
            MONITOR + ".store..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.netty..")
        .check(classes);
  }
}
