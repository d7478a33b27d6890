"""Rules for those who know the law: one service in sentences, and two folders of rules compared."""
