package io.muster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.extension.Extension;
import org.opentest4j.TestAbortedException;

/** Where all tests are required, none is skipped unseen. */
class RequireAllTests {

    private final TestAbortedException skipped = new TestAbortedException("Assumption failed: no sshd here");

    @Test
    void aSkippedTestHasFailedWhereAllAreRequired() {
        assertThat(new RequireAll(true).judged(skipped))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        "Skipped, but MUSTER_REQUIRE_ALL=1 allows no skipped test: Assumption failed: no sshd here");
    }

    @Test
    void aSkippedTestIsSkippedElsewhere() {
        assertThat(new RequireAll(false).judged(skipped)).isSameAs(skipped);
    }

    @Test
    void otherFailuresStayAsTheyAre() {
        IllegalStateException failure = new IllegalStateException("broken");

        assertThat(new RequireAll(true).judged(failure)).isSameAs(failure);
    }

    @Test
    void takesPartInEveryTest() {
        assertThat(ServiceLoader.load(Extension.class)).hasAtLeastOneElementOfType(RequireAll.class);
    }

    /** A disabled test ends before anything can take part in it. */
    @Test
    void noTestIsDisabledExceptOnOtherSystems() {
        JavaClasses tests = new ClassFileImporter()
                .withImportOption(new ImportOption.OnlyIncludeTests())
                .importPackages("io.muster");
        DescribedPredicate<JavaAnnotation<?>> disabling = DescribedPredicate.describe(
                "conditions of JUnit",
                annotation -> annotation.getRawType().isEquivalentTo(Disabled.class)
                        || (annotation.getRawType().getPackageName().equals("org.junit.jupiter.api.condition")
                                && !annotation.getRawType().isEquivalentTo(EnabledOnOs.class)));

        assertThat(tests).isNotEmpty();
        noClasses().should().beAnnotatedWith(disabling).check(tests);
        noMethods().should().beAnnotatedWith(disabling).check(tests);
    }
}
