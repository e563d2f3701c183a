package io.muster;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Where {@code MUSTER_REQUIRE_ALL} is 1, a test that ends because something is missing here (an assumption, such as an
 * installed SSH server) has failed. Takes part in every test of JUnit Jupiter.
 */
public final class RequireAll implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {

    static final String VARIABLE = "MUSTER_REQUIRE_ALL";

    private final boolean required;

    /** As the environment says. */
    public RequireAll() {
        this("1".equals(System.getenv(VARIABLE)));
    }

    RequireAll(boolean required) {
        this.required = required;
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw judged(failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw judged(failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw judged(failure);
    }

    Throwable judged(Throwable failure) {
        return required && failure instanceof TestAbortedException
                ? new AssertionError(
                        "Skipped, but %s=1 allows no skipped test: %s".formatted(VARIABLE, failure.getMessage()),
                        failure)
                : failure;
    }
}
