package io.muster.web.v3;

import io.muster.access.Scope;
import io.muster.support.Ids;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says who calls. */
@RestController
final class WhoamiController {

    private final Ids ids;

    WhoamiController(Ids ids) {
        this.ids = ids;
    }

    /** A token as a user. */
    record User(
            String userId,
            String userName,
            String brandId,
            @Nullable String accountType,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String email,
            String datacenter) {}

    @GetMapping(V3Paths.API + "/whoami")
    Envelope<User> whoami(@Needs(Scope.READ) Caller caller) {
        return Envelope.of(new User(
                ids.user(caller.token().id()), caller.token().name(), "muster", null, null, null, null, "muster"));
    }
}
