package io.muster.app;

import io.muster.access.User;

/** What comes of it when a provider says who signs in. */
public sealed interface ProvidedSignIn {

    /** The person has an account, perhaps since just now. */
    record Known(User user) implements ProvidedSignIn {}

    /** None of what the provider says about the person is worth a role here. */
    record NoRole() implements ProvidedSignIn {}

    /** The account was disabled here. */
    record Disabled() implements ProvidedSignIn {}

    /** A new account would have the name of another user. */
    record NameTaken() implements ProvidedSignIn {}
}
