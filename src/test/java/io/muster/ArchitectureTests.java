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
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The plan of the house, as in DESIGN: layers from the front down, each using what is below it, and sideways only where named.
 * A room that is still to come has its place here already; the rules about it begin on the day it appears, which this test asks to
 * be marked.
 */
class ArchitectureTests {

    enum State {
        /** There are classes in it. */
        EXISTS,
        /** Nobody has built it yet. */
        TO_COME
    }

    /**
     * A package with all that is below it.
     *
     * @param layer 0 is the front; a room uses the rooms of every greater layer
     * @param beside the rooms of its own layer that it uses as well
     */
    record Room(String name, int layer, State state, List<String> beside) {

        private static Room of(String name, int layer, State state, String... beside) {
            return new Room(name, layer, state, List.of(beside));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Room> ROOMS = List.of(
            Room.of("cli", 0, State.EXISTS, "web", "evaluator"),
            // The server answers decisions by the evaluator's own code.
            Room.of("web", 0, State.EXISTS, "evaluator"),
            Room.of("app", 1, State.EXISTS),
            Room.of("automation", 2, State.EXISTS),
            Room.of("runs", 3, State.EXISTS),
            Room.of("jobs", 4, State.EXISTS),
            Room.of("extract", 5, State.EXISTS),
            Room.of("dedup", 5, State.EXISTS, "load"),
            Room.of("load", 5, State.EXISTS),
            Room.of("segment", 5, State.EXISTS),
            Room.of("frequency", 5, State.EXISTS, "segment"),
            // Of dedup: a project is linked to a directory only while a rule of identity keeps references unique.
            Room.of("intercept", 5, State.EXISTS, "segment", "frequency", "dedup"),
            Room.of("snapshot", 5, State.EXISTS, "segment", "frequency", "intercept"),
            // It judges by published definitions, and records through the writer of touchpoints.
            Room.of("intake", 5, State.EXISTS, "dedup", "load", "intercept", "snapshot"),
            Room.of("access", 5, State.EXISTS),
            Room.of("directory", 6, State.EXISTS),
            Room.of("database", 7, State.EXISTS),
            Room.of("support", 8, State.EXISTS));

    /**
     * What the evaluator consists of: it answers without database, jobs and command line. Exact names; what is below them does
     * not belong to it unless it is named.
     */
    private static final Map<String, State> EVALUATOR = Map.of(
            "evaluator", State.EXISTS,
            "snapshot.format", State.EXISTS,
            "intercept.decide", State.EXISTS,
            "frequency.rules", State.EXISTS,
            // Its values; the rows are in directory.store and directory.changes.
            "directory", State.EXISTS,
            "support", State.EXISTS,
            "support.document", State.EXISTS,
            // What its metrics have in common with those of servers.
            "support.metrics", State.EXISTS,
            // The form of its log.
            "support.log", State.EXISTS,
            "support.tls", State.EXISTS);

    /** Parts of rooms that other rules and pages count on. */
    private static final Map<String, State> PARTS = Map.of(
            "directory.store", State.EXISTS,
            "directory.changes", State.EXISTS,
            "dedup.rules", State.EXISTS);

    /** What only the store of record, jobs and containers need. */
    private static final String[] HEAVY = {
        "java.sql..",
        "javax.sql..",
        "org.springframework.jdbc..",
        "org.springframework.transaction..",
        "org.springframework.batch..",
        "org.springframework.boot..",
        "org.springframework.context..",
        "org.springframework.beans..",
        "org.flywaydb..",
        "com.mysql..",
        "com.zaxxer..",
        "picocli.."
    };

    private static final JavaClasses MUSTER = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.muster");

    static Stream<Room> rooms() {
        return ROOMS.stream().filter(room -> room.state() == State.EXISTS);
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void usesOnlyWhatIsBelow(Room room) {
        String[] allowed = Stream.concat(
                        Stream.concat(Stream.of(room.name()), room.beside().stream()),
                        ROOMS.stream()
                                .filter(other -> other.layer() > room.layer())
                                .map(Room::name))
                .map(ArchitectureTests::in)
                .toArray(String[]::new);
        check(noClasses()
                .that()
                .resideInAPackage(in(room.name()))
                .should(dependOnClassesThat(muster(allowed)))
                .because("DESIGN: arrows point down, and sideways only where named"));
    }

    @Test
    void knowsEveryPackage() {
        assertThat(MUSTER.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> !name.equals("io.muster"))
                        .map(name -> name.split("\\.", -1)[2])
                        .distinct())
                .allSatisfy(name -> assertThat(expected()).containsKey(name));
    }

    @Test
    void marksWhatExistsAndWhatIsToCome() {
        assertThat(expected())
                .allSatisfy((name, state) -> assertThat(exists(name) ? State.EXISTS : State.TO_COME)
                        .as("io.muster.%s: mark it in ArchitectureTests, so that its rules hold from now on", name)
                        .isEqualTo(state));
    }

    private static Map<String, State> expected() {
        Map<String, State> expected = new TreeMap<>(EVALUATOR);
        expected.putAll(PARTS);
        ROOMS.forEach(room -> expected.put(room.name(), room.state()));
        return expected;
    }

    private static boolean exists(String name) {
        return MUSTER.containPackage("io.muster." + name)
                && !MUSTER.getPackage("io.muster." + name)
                        .getClassesInPackageTree()
                        .isEmpty();
    }

    static Stream<String> evaluatorPackages() {
        return EVALUATOR.entrySet().stream()
                .filter(part -> part.getValue() == State.EXISTS)
                .map(Map.Entry::getKey)
                .sorted();
    }

    /** Directly or through whatever else: the evaluator consists of its own packages and nothing else of Muster. */
    @ParameterizedTest
    @MethodSource("evaluatorPackages")
    void evaluatorSeesNothingElseOfMuster(String name) {
        String[] allowed =
                EVALUATOR.keySet().stream().map(part -> "io.muster." + part).toArray(String[]::new);
        check(noClasses()
                .that()
                .resideInAPackage("io.muster." + name)
                .should()
                .transitivelyDependOnClassesThat(muster(allowed)));
    }

    @ParameterizedTest
    @MethodSource("evaluatorPackages")
    void evaluatorNeedsNoDatabaseAndNoContainer(String name) {
        check(noClasses()
                .that()
                .resideInAPackage("io.muster." + name)
                .should()
                .transitivelyDependOnClassesThat()
                .resideInAnyPackage(HEAVY));
    }

    /** The rules of identity are decided without the rows. */
    @Test
    void keepsTheRulesOfIdentityFreeOfTheDatabase() {
        check(noClasses()
                .that()
                .resideInAPackage("io.muster.dedup.rules")
                .should()
                .transitivelyDependOnClassesThat()
                .resideInAnyPackage(HEAVY));
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
    void keepsTheObjectStoreInItsExtractor() {
        check(onlyIn("software.amazon.awssdk..", "io.muster.extract.s3.."));
    }

    @Test
    void keepsRegularExpressionsOfOtherPeopleInSegmentsInterceptsAndTransforms() {
        // Patterns of job files run over values of other people, which must not be able to hold a run up.
        check(onlyIn("com.google.re2j..", in("segment"), in("intercept"), in("extract.transform")));
    }

    @Test
    void keepsTheEmbeddedDatabaseBehindItsFacade() {
        check(onlyIn("ch.vorburger..", "io.muster.database.embedded.."));
    }

    @Test
    void keepsTracesBehindWhatIsObserved() {
        check(onlyIn("io.opentelemetry..", "io.muster.support.traces.."));
        check(onlyIn("io.micrometer.tracing..", "io.muster.support.traces.."));
    }

    @Test
    void keepsPicocliInTheCommandLine() {
        check(onlyIn("picocli..", in("cli")));
    }

    @Test
    void keepsHttpInTheWeb() {
        check(onlyIn("org.springframework.web..", in("web")));
        check(onlyIn("jakarta.servlet..", in("web")));
        check(onlyIn("org.eclipse.jetty..", in("web")));
    }

    @Test
    void printsOnlyOnTheCommandLine() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(in("cli"))
                .and()
                .doNotBelongToAnyOf(Muster.class)
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

    private static void check(ArchRule rule) {
        rule.check(MUSTER);
    }
}
