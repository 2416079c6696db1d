// Package graphinvalidate signs Microsoft Entra users out everywhere, and proves it: one call for one user, a run for
// many.
//
//	token := graphinvalidate.WithToken(text)
//	outcome, err := graphinvalidate.InvalidateAllRefreshTokens(ctx, "adele.vance@contoso.example", token)
//
// It calls Microsoft Graph's invalidateAllRefreshTokens (beta) or revokeSignInSessions (v1.0) through the native
// library of this module, which it loads when it is first used. No C compiler takes part.
//
// Every call takes a context: cancelling it ends the call within 100 milliseconds, whatever the network does, and its
// deadline shortens the timeout. A failure is an [*Error]; [errors.Is] tells its kind ([ErrToken], [ErrPermission], …),
// and its [Outcome] has all that is known, with a hint at what to do next.
//
// Any number of goroutines may call at once; beyond eight, their calls wait in a queue that takes two threads. For many
// users use [Client.Run], not a goroutine for each: a run is paced by the service's quota, recorded, resumed and
// verified.
package graphinvalidate
