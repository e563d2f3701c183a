package io.muster.web.console;

import io.muster.access.Role;
import io.muster.app.DirectoryService;
import io.muster.app.UserService;
import io.muster.database.PageConnections;
import io.muster.support.Settings;
import io.muster.web.console.admin.AdminPagesConfiguration;
import io.muster.web.console.contacts.ContactPagesConfiguration;
import io.muster.web.console.dashboards.DashboardPagesConfiguration;
import io.muster.web.console.evaluators.EvaluatorPagesConfiguration;
import io.muster.web.console.frequency.FrequencyPagesConfiguration;
import io.muster.web.console.identity.IdentityPagesConfiguration;
import io.muster.web.console.imports.ImportPagesConfiguration;
import io.muster.web.console.page.Assets;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.DirectoryPlace;
import io.muster.web.console.page.Place;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.projects.ProjectPagesConfiguration;
import io.muster.web.console.provider.SignInWays;
import io.muster.web.console.runs.RunPagesConfiguration;
import io.muster.web.console.segments.SegmentPagesConfiguration;
import jakarta.servlet.Filter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.header.writers.CrossOriginResourcePolicyHeaderWriter.CrossOriginResourcePolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.jdbc.config.annotation.web.http.EnableJdbcHttpSession;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.session.web.http.SessionRepositoryFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.ViewResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.spring6.view.ThymeleafViewResolver;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;
import tools.jackson.databind.json.JsonMapper;

/**
 * The console within the HTTP server: its pages, who may see them, and sessions that any server of the installation knows.
 * Nothing of it touches the addresses of programs.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
@EnableJdbcHttpSession(tableName = "console_session", maxInactiveIntervalInSeconds = 8 * 3_600)
@Import({
    Assets.class,
    ConsoleErrors.class,
    RunPagesConfiguration.class,
    AdminPagesConfiguration.class,
    ContactPagesConfiguration.class,
    IdentityPagesConfiguration.class,
    ImportPagesConfiguration.class,
    FrequencyPagesConfiguration.class,
    SegmentPagesConfiguration.class,
    EvaluatorPagesConfiguration.class,
    ProjectPagesConfiguration.class,
    DashboardPagesConfiguration.class
})
public class ConsoleConfiguration implements WebMvcConfigurer {

    /** Nothing is inline, so that nothing that is stored can become code. */
    private static final String CONTENT = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static final String CSRF_COOKIE = "muster-form";
    private static final Duration STRICT = Duration.ofDays(365);
    private static final int SESSION_ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

    private final InstantSource clock;

    /** @param clock by which a password is recent */
    public ConsoleConfiguration(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new RecentPassword(clock)).addPathPatterns(RecentPassword.PATHS);
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new ViewerResolver());
    }

    @Bean
    ConsolePages consolePages(Assets assets, List<Place> places, List<DirectoryPlace> directoryPlaces) {
        return new ConsolePages(assets, places, directoryPlaces);
    }

    @Bean
    Place accountPlace() {
        return new Place(900, "Account", "/account", List.of(Role.OPERATE, Role.ACCESS), false);
    }

    @Bean
    SeenDirectories seenDirectories(DirectoryService directories) {
        return new SeenDirectories(directories);
    }

    @Bean
    ViewResolver viewResolver() {
        ClassLoaderTemplateResolver templates = new ClassLoaderTemplateResolver();
        templates.setPrefix("console/");
        templates.setSuffix(".html");
        templates.setTemplateMode(TemplateMode.HTML);
        templates.setCharacterEncoding("UTF-8");
        SpringTemplateEngine engine = new SpringTemplateEngine();
        engine.setTemplateResolver(templates);
        engine.setEnableSpringELCompiler(true);
        ThymeleafViewResolver resolver = new ThymeleafViewResolver();
        resolver.setTemplateEngine(engine);
        resolver.setCharacterEncoding("UTF-8");
        resolver.setContentType("text/html;charset=UTF-8");
        return resolver;
    }

    @Bean
    CookieSerializer sessionCookies() {
        return new SessionCookies();
    }

    @Bean
    SecurityContextRepository signedIn() {
        return new HttpSessionSecurityContextRepository();
    }

    @Bean
    SecurityFilterChain consoleSecurity(
            HttpSecurity http,
            SecurityContextRepository signedIn,
            UserService users,
            Sessions sessions,
            SignInWays ways) {
        CookieCsrfTokenRepository forms = new CookieCsrfTokenRepository();
        forms.setCookieName(CSRF_COOKIE);
        forms.setCookiePath("/");
        forms.setCookieCustomizer(cookie -> cookie.sameSite("Lax"));
        SignInPoint signIn = new SignInPoint();
        return http.securityMatcher(request -> ConsolePaths.isOurs(request.getRequestURI()))
                .authorizeHttpRequests(
                        requests -> requests.requestMatchers(request -> ConsolePaths.isOpen(request.getRequestURI()))
                                .permitAll()
                                .anyRequest()
                                .authenticated())
                .securityContext(context -> context.securityContextRepository(signedIn))
                .csrf(csrf -> csrf.csrfTokenRepository(forms))
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN))
                        .crossOriginOpenerPolicy(policy -> policy.policy(CrossOriginOpenerPolicy.SAME_ORIGIN))
                        .crossOriginResourcePolicy(policy -> policy.policy(CrossOriginResourcePolicy.SAME_ORIGIN))
                        .httpStrictTransportSecurity(strict -> strict.maxAgeInSeconds(STRICT.toSeconds()))
                        // The filter of all requests says so, but for what has its own address by content.
                        .cacheControl(cache -> cache.disable()))
                .logout(logout -> logout.logoutUrl("/sign-out")
                        .logoutSuccessHandler(
                                (request, response, who) -> response.sendRedirect(SignInController.after(request))))
                .exceptionHandling(
                        failures -> failures.authenticationEntryPoint(signIn).accessDeniedHandler(signIn))
                .requestCache(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .addFilterBefore(new UploadFilter(), CsrfFilter.class)
                .addFilterAfter(new ViewerFilter(users, sessions, ways), SecurityContextHolderFilter.class)
                .build();
    }

    @Bean
    FilterRegistrationBean<OutageFilter> outages() {
        FilterRegistrationBean<OutageFilter> registration = new FilterRegistrationBean<>(new OutageFilter(CONTENT));
        registration.setUrlPatterns(ConsolePaths.patterns());
        registration.setOrder(SESSION_ORDER - 1);
        return registration;
    }

    @Bean
    FilterRegistrationBean<PageWorkFilter> pageWork(PageConnections connections) {
        FilterRegistrationBean<PageWorkFilter> registration =
                new FilterRegistrationBean<>(new PageWorkFilter(connections));
        registration.setUrlPatterns(ConsolePaths.patterns());
        registration.setOrder(SESSION_ORDER - 2);
        return registration;
    }

    /** Sessions are looked up for pages only. */
    @Bean
    FilterRegistrationBean<SessionRepositoryFilter<?>> sessions(SessionRepositoryFilter<?> filter) {
        FilterRegistrationBean<SessionRepositoryFilter<?>> registration = new FilterRegistrationBean<>(filter);
        registration.setUrlPatterns(ConsolePaths.patterns());
        registration.setOrder(SESSION_ORDER);
        return registration;
    }

    @Bean
    FilterRegistrationBean<Filter> security(@Qualifier("springSecurityFilterChain") Filter chain) {
        FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(chain);
        registration.setUrlPatterns(ConsolePaths.patterns());
        registration.setOrder(SESSION_ORDER + 1);
        return registration;
    }

    @Bean
    Sessions openSessions(
            FindByIndexNameSessionRepository<? extends Session> kept, SecurityContextRepository signedIn) {
        return new Sessions(kept, signedIn, clock);
    }

    @Bean
    SignInWays signInWays(Environment environment, JsonMapper json) {
        return SignInWays.read(new Settings(environment::getProperty), json, clock);
    }

    @Bean
    SignInController signInController(ConsolePages pages, UserService users, Sessions sessions, SignInWays ways) {
        return new SignInController(pages, users, sessions, ways);
    }

    @Bean
    ProviderController providerController(ConsolePages pages, UserService users, Sessions sessions, SignInWays ways) {
        return new ProviderController(pages, users, sessions, ways);
    }

    @Bean
    PasswordAgainController passwordAgainController(
            ConsolePages pages, UserService users, Sessions sessions, SignInWays ways) {
        return new PasswordAgainController(pages, users, sessions, ways);
    }

    @Bean
    AccountController accountController(ConsolePages pages, UserService users, Sessions sessions, SignInWays ways) {
        return new AccountController(pages, users, sessions, ways);
    }
}
