package io.muster.web.console;

import io.muster.access.Role;
import io.muster.access.User;
import io.muster.app.UserService;
import io.muster.support.Refusal;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code /account}: one's own name, roles and password. */
@Controller
final class AccountController {

    private final ConsolePages pages;
    private final UserService users;
    private final SecurityContextRepository signedIn;
    private final InstantSource clock;

    AccountController(ConsolePages pages, UserService users, SecurityContextRepository signedIn, InstantSource clock) {
        this.pages = pages;
        this.users = users;
        this.signedIn = signedIn;
        this.clock = clock;
    }

    /**
     * One's own account.
     *
     * @param directories the only directories; empty for all
     * @param problem why the password was not changed; null when nothing is wrong
     * @param done what was just done; null for nothing
     */
    record AccountPage(
            String name,
            List<String> roles,
            List<String> directories,
            @Nullable String problem,
            @Nullable String done) {}

    @GetMapping("/account")
    ModelAndView show(Viewer viewer) {
        return page(viewer, null, null, HttpStatus.OK);
    }

    private ModelAndView page(Viewer viewer, @Nullable String problem, @Nullable String done, HttpStatus status) {
        User user = viewer.user();
        List<User.UserDirectory> directories = user.directories();
        return pages.page(
                "account",
                "Account",
                viewer,
                new AccountPage(
                        user.name(),
                        user.roles().stream().sorted().map(Role::title).toList(),
                        directories == null
                                ? List.of()
                                : directories.stream()
                                        .map(User.UserDirectory::name)
                                        .toList(),
                        problem,
                        done),
                status);
    }

    @PostMapping("/account/password")
    ModelAndView change(
            Viewer viewer,
            @RequestParam String old,
            @RequestParam String password,
            @RequestParam String again,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (!password.equals(again)) {
            return page(viewer, "The two new passwords are not the same.", null, HttpStatus.BAD_REQUEST);
        }

        try {
            User changed = users.changePassword(viewer.user(), old, password);
            Sessions.begin(changed, clock.millis(), signedIn, request, response);
            return page(viewer, null, "The password was changed. Your other sessions have ended.", HttpStatus.OK);
        } catch (Refusal refusal) {
            return page(viewer, refusal.getMessage(), null, HttpStatus.BAD_REQUEST);
        }
    }

    @PostMapping("/account/sessions")
    ModelAndView endOthers(Viewer viewer, HttpServletRequest request, HttpServletResponse response) {
        users.endSessions(viewer.actor(), viewer.user().name());
        User now = users.present(viewer.user().id()).orElseThrow();
        Sessions.begin(now, clock.millis(), signedIn, request, response);
        return page(viewer, null, "Your other sessions have ended.", HttpStatus.OK);
    }
}
