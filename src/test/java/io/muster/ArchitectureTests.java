package io.muster;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The plan of the house: packages use what is below them, and nothing beside them that is not named here. */
class ArchitectureTests {

    /** Every package and the packages it may use; it may always use itself, and everybody may use {@code support}. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry(
                    "cli",
                    List.of(
                            "web",
                            "evaluator",
                            "automation",
                            "runs",
                            "jobs",
                            "extract",
                            "dedup",
                            "load",
                            "segment",
                            "frequency",
                            "intercept",
                            "snapshot",
                            "directory",
                            "database")),
            Map.entry(
                    "web",
                    List.of(
                            "automation",
                            "runs",
                            "jobs",
                            "extract",
                            "dedup",
                            "load",
                            "segment",
                            "frequency",
                            "intercept",
                            "snapshot",
                            "directory",
                            "database")),
            Map.entry("evaluator", List.of("intercept", "snapshot")),
            Map.entry(
                    "automation",
                    List.of(
                            "runs",
                            "jobs",
                            "extract",
                            "dedup",
                            "load",
                            "segment",
                            "frequency",
                            "intercept",
                            "snapshot",
                            "directory",
                            "database")),
            Map.entry(
                    "runs",
                    List.of(
                            "jobs",
                            "extract",
                            "dedup",
                            "load",
                            "segment",
                            "frequency",
                            "intercept",
                            "snapshot",
                            "directory",
                            "database")),
            Map.entry(
                    "jobs",
                    List.of(
                            "extract",
                            "dedup",
                            "load",
                            "segment",
                            "frequency",
                            "intercept",
                            "snapshot",
                            "directory",
                            "database")),
            Map.entry("extract", List.of("directory", "database")),
            Map.entry("dedup", List.of("load", "directory", "database")),
            Map.entry("load", List.of("directory", "database")),
            Map.entry("segment", List.of("directory", "database")),
            Map.entry("frequency", List.of("directory", "database")),
            Map.entry("intercept", List.of("segment", "frequency", "directory", "database")),
            Map.entry("snapshot", List.of("segment", "frequency", "intercept", "directory", "database")),
            Map.entry("directory", List.of("database")),
            Map.entry("database", List.of()),
            Map.entry("support", List.of()));

    private static final JavaClasses MUSTER = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.muster");

    static Stream<String> packages() {
        return MAY_USE.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void usesOnlyWhatIsBelow(String name) {
        String[] allowed = Stream.concat(Stream.of(name, "support"), MAY_USE.getOrDefault(name, List.of()).stream())
                .map(ArchitectureTests::in)
                .toArray(String[]::new);
        check(noClasses()
                .that()
                .resideInAPackage(in(name))
                .should(dependOnClassesThat(muster(allowed)))
                .because("DESIGN: arrows point down, and sideways only where named"));
    }

    @Test
    void hasNoOtherPackages() {
        assertThat(MUSTER.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> !name.equals("io.muster"))
                        .map(name -> name.split("\\.", -1)[2]))
                .allSatisfy(name -> assertThat(MAY_USE).containsKey(name));
    }

    @Test
    void hasNoCycles() {
        check(slices().matching("io.muster.(**)").should().beFreeOfCycles());
    }

    @Test
    void keepsSpringBatchInJobsAndRuns() {
        check(noClasses()
                .that(not(resideInAnyPackage(in("jobs"), in("runs"))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.batch..", "org.springframework.boot.batch.."));
    }

    @Test
    void keepsTheDriverInLoad() {
        check(onlyIn("com.mysql..", in("load")));
    }

    @Test
    void keepsSshInTheSftpExtractor() {
        check(onlyIn("org.apache.sshd..", "io.muster.extract.sftp.."));
        check(onlyIn("org.springframework.integration..", "io.muster.extract.sftp.."));
    }

    @Test
    void keepsRegularExpressionsOfConditionsInSegmentsAndIntercepts() {
        check(onlyIn("com.google.re2j..", in("segment"), in("intercept")));
    }

    @Test
    void keepsTheEmbeddedDatabaseBehindItsFacade() {
        check(onlyIn("ch.vorburger..", "io.muster.database.embedded.."));
    }

    @Test
    void keepsPicocliInTheCommandLine() {
        check(onlyIn("picocli..", in("cli")));
    }

    /** The evaluator serves without database, jobs and console; what it loads must not need them. */
    @ParameterizedTest
    @ValueSource(strings = {"evaluator"})
    void evaluatorNeedsNoDatabase(String name) {
        check(noClasses()
                .that()
                .resideInAPackage(in(name))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..",
                        "javax.sql..",
                        "org.springframework.jdbc..",
                        "org.springframework.batch..",
                        "org.flywaydb..",
                        "io.muster.database.."));
    }

    @Test
    void printsOnlyOnTheCommandLine() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(in("cli"))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err"));
    }

    @Test
    void endsTheProcessInMainOnly() {
        check(noClasses().that().doNotBelongToAnyOf(Muster.class).should().callMethod(System.class, "exit", int.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Manager", "Helper", "Util", "Utils", "Impl", "Data", "Info"})
    void namesSaySomething(String ending) {
        check(noClasses().should().haveSimpleNameEndingWith(ending));
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(MUSTER.stream().map(JavaClass::getPackage).distinct())
                .allSatisfy(one -> assertThat(isNullMarked(one))
                        .as("%s has a package-info.java with @NullMarked", one.getName())
                        .isTrue());
    }

    private static boolean isNullMarked(JavaPackage one) {
        return one.isAnnotatedWith(NullMarked.class);
    }

    private static ArchRule onlyIn(String library, String... packages) {
        return noClasses()
                .that(not(resideInAnyPackage(packages)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

    private static DescribedPredicate<JavaClass> muster(String... except) {
        return resideInAPackage("io.muster..")
                .and(not(resideInAnyPackage(except)))
                .as("classes of Muster outside of %s", Arrays.toString(except));
    }

    private static String in(String name) {
        return "io.muster." + name + "..";
    }

    // Packages come one after the other: a rule about one that is not there yet holds.
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(MUSTER);
    }
}
